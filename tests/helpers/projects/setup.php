<?php

// What a shop's module calls when it is set up, and with its first order.
declare(strict_types=1);

function call(string $method, string $url, mixed $body = null, int $status = 200): mixed
{
    $key = base64_encode('shop:' . getenv('YESPO_API_KEY'));
    $context = stream_context_create(['http' => [
        'method' => $method,
        'header' => ["Authorization: Basic $key", 'Content-Type: application/json'],
        'content' => $body === null ? '' : json_encode($body),
        'ignore_errors' => true,
    ]]);
    $text = (string) file_get_contents($url, false, $context);
    $seen = (int) explode(' ', $http_response_header[0])[1];
    expect($seen === $status, "$method $url: $seen $text");
    return json_decode($text, true) ?? $text;
}

function expect(bool $holds, string $otherwise): void
{
    if (!$holds) {
        fwrite(STDERR, "$otherwise\n");
        exit(1);
    }
}

$api = getenv('YESPO_API_URL');
$mock = getenv('YESPO_MOCK_URL') . '/_mock';
$email = 'first.customer@example.com';
expect(call('POST', "$api/v1/site/domains", ['domain' => 'shop.example'], 201)['siteId'] === 1, 'siteId');
expect(str_contains(call('POST', "$api/v1/site/domains", ['domain' => 'shop.example'], 400), 'already exists'), 'twice');
expect(str_contains(call('GET', "$api/v1/site/script"), '<script>'), 'no script');
$channels = [['type' => 'email', 'value' => $email], ['type' => 'sms', 'value' => '380501234567']];
$imported = call('POST', "$api/v1/contacts", ['dedupeOn' => 'email', 'contacts' => [['channels' => $channels]]]);
call('GET', "$api/v1/importstatus/{$imported['asyncSessionId']}");
expect(call('POST', "$api/v1/auth/contact/token", ['email' => $email])['token'] !== '', 'no token');
call('POST', "$api/v2/event", json_decode((string) file_get_contents(getenv('ORDER_CREATED'))));
$id = call('POST', "$api/v1/messages/email", [
    'name' => 'Confirmation',
    'from' => 'info@shop.example',
    'subject' => "Order \$!data.get('id')",
    'htmlText' => "<p>Thank you, \$!data.get('name')</p>",
])['id'];
$results = call('POST', "$api/v1/message/$id/smartsend", [
    'email' => true,
    'recipients' => [['locator' => $email, 'jsonParam' => json_encode(['id' => 1, 'name' => 'Ann'])]],
])['results'];
$became = call('GET', "$api/v1/message/status?ids={$results['requestId']}")['results'];
expect($became['delivered'] === true && $became['status'] === 'DELIVERED', json_encode($became));
$sent = call('GET', "$mock/outbox?source=api")['messages'];
expect(count($sent) === 1 && $sent[0]['text'] === '<p>Thank you, Ann</p>', json_encode($sent));
expect(call('GET', "$mock/orders")['total'] === 1, 'no order');
expect(count(call('GET', "$mock/requests?refused=true")['requests']) === 1, 'only the second domain is refused');
echo "set up\n";
