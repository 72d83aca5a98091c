<?php

declare(strict_types=1);

require_once __DIR__ . '/YespoMock.php';

final class OrdersTest extends PHPUnit\Framework\TestCase
{
    use NothingDropped;

    private function send(string $without = '', ?string $authorization = null): void
    {
        $event = json_decode(file_get_contents(getenv('ORDER_CREATED')), true);
        $kept = array_filter($event['params'], static fn (array $each): bool => $each['name'] !== $without);
        $event['params'] = array_values($kept);
        $http = curl_init($this->yespo()->apiUrl . '/v2/event');
        $authorization ??= 'Basic ' . base64_encode('shop:' . $this->yespo()->apiKey);
        curl_setopt_array($http, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_HTTPHEADER => ['Content-Type: application/json', 'Authorization: ' . $authorization],
            CURLOPT_POSTFIELDS => json_encode($event),
        ]);
        curl_exec($http);
    }

    public function testApplied(): void
    {
        $this->yespo()->addContact(['phone' => '380501234567']);
        $this->send();
        $order = $this->yespo()->assertOrder('12345679', ['status' => 'INITIALIZED', 'totalCost' => 258]);
        self::assertCount(1, $order['history']);
        self::assertCount(1, $this->yespo()->waitForEvent(['order' => '12345679']));
        self::assertSame('sms', $this->yespo()->assertMessage('380501234567', 'Order 12345679')['channel']);
        self::assertSame([], $this->yespo()->sentMessages(['source' => 'api']));
    }

    public function testDropped(): void
    {
        $this->send('date');
        self::assertNull($this->yespo()->order('12345679'));
    }

    public function testRefused(): void
    {
        $this->send('', 'none');
        self::assertSame([], $this->yespo()->events());
    }
}
