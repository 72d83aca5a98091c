<?php

declare(strict_types=1);

require_once __DIR__ . '/YespoMock.php';

/** Run: yespo-mock exec --seed yespo-seed.json -- vendor/bin/phpunit tests/YespoTest.php */
final class YespoTest extends PHPUnit\Framework\TestCase
{
    use NothingDropped; // clean before each test; a test fails after which something was dropped

    public function testAnOrderReachesYespo(): void
    {
        $this->checkOut('1001');
        $this->yespo()->assertOrder('1001', ['status' => 'INITIALIZED', 'totalCost' => 258]);
    }

    /** Call your code here, with getenv('YESPO_API_URL') as its base URL, in place of these lines. */
    private function checkOut(string $number): void
    {
        $order = [
            'externalOrderId' => $number,
            'totalCost' => '258.0',
            'status' => 'INITIALIZED',
            'date' => '2026-01-31T12:00:00',
            'email' => 'customer@example.com',
            'items' => [[
                'externalItemId' => 'cup',
                'name' => 'Cup',
                'category' => 'Kitchen',
                'quantity' => 2,
                'cost' => 129,
                'url' => 'https://shop.example.com/cup',
                'imageUrl' => 'https://shop.example.com/cup.png',
            ]],
        ];
        $params = [];
        foreach ($order as $name => $value) {
            $params[] = ['name' => $name, 'value' => $value];
        }
        $http = curl_init(getenv('YESPO_API_URL') . '/v2/event');
        curl_setopt_array($http, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_USERPWD => 'shop:' . getenv('YESPO_API_KEY'),
            CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
            CURLOPT_POSTFIELDS => json_encode([
                'eventTypeKey' => 'orderCreated', 'keyValue' => $number, 'params' => $params,
            ]),
        ]);
        curl_exec($http);
    }
}
