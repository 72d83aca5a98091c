<?php
require_once __DIR__ . '/ShopModule.php';
final class ShopModuleTest extends PHPUnit\Framework\TestCase
{
    public function testTheServiceTakesTheOrder(): void
    {
        $event = json_decode(file_get_contents(getenv('SHOP_EVENT')), true);
        self::assertSame(200, (new ShopModule())->orderCreated($event));
    }
}
