<?php

/**
 * yespo-mock in the tests of a PHP project (PHP 8 or newer, PHPUnit 9 or newer).
 *
 * Copy this file beside your tests. It needs a running emulator: `yespo-mock exec -- vendor/bin/phpunit` sets the
 * environment it reads, or give the URL of one that `yespo-mock serve` has started.
 *
 *     final class CheckoutTest extends PHPUnit\Framework\TestCase
 *     {
 *         use NothingDropped;   // clean before each test, nothing dropped after it
 *
 *         public function testAnOrderReachesYespo(): void
 *         {
 *             $this->yespo()->addContact(['email' => 'ann@example.com']);
 *             checkout('1001');   // your code
 *             $this->yespo()->assertOrder('1001', ['status' => 'INITIALIZED']);
 *         }
 *     }
 */

declare(strict_types=1);

use PHPUnit\Framework\Assert;
use PHPUnit\Framework\Attributes\After;
use PHPUnit\Framework\Attributes\Before;

final class YespoMock
{
    private const AS_SENT = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;

    public string $url;
    public string $apiUrl;
    public string $apiKey;
    /** @var list<string> */
    private array $headers = ['Content-Type: application/json'];

    /**
     * $url: of the server, without path; $apiKey: what your code sends as password; $account: with `--accounts per-key`.
     * What is not given comes from the environment that `yespo-mock exec` sets.
     */
    public function __construct(?string $url = null, ?string $apiKey = null, ?string $controlToken = null, ?string $account = null)
    {
        $this->url = rtrim($url ?? (string) getenv('YESPO_MOCK_URL'), '/');
        if ($this->url === '') {
            throw new RuntimeException('There is no emulator: run the tests under `yespo-mock exec --`, or give its url.');
        }
        $this->apiUrl = $this->url . '/api';
        $this->apiKey = $apiKey ?? (getenv('YESPO_API_KEY') ?: 'key');
        $token = $controlToken ?? (string) getenv('YESPO_MOCK_CONTROL_TOKEN');
        if ($token !== '') {
            $this->headers[] = 'X-Mock-Token: ' . $token;
        }
        if ($account !== null) {
            $this->headers[] = 'X-Mock-Account: ' . $account;
        }
    }

    /** Back to the state after start-up. */
    public function reset(): void
    {
        $this->call('POST', '/reset', new stdClass());
    }

    /** email, phone, externalCustomerId, contactKey, pushToken, firstName, lastName: any of them. */
    public function addContact(array $fields): array
    {
        return $this->call('POST', '/contacts', $fields);
    }

    /** Event records, the newest first: type, verdict, reason, order, contact, … */
    public function events(array $filters = []): array
    {
        return $this->call('GET', '/events?' . http_build_query(['limit' => 1000] + $filters))['events'];
    }

    /** Waits until $count events match, at most $timeout seconds; returns them or fails. */
    public function waitForEvent(array $filters = [], int $count = 1, float $timeout = 5): array
    {
        $query = http_build_query($filters + ['count' => $count, 'timeout' => $timeout]);
        [$status, $answer] = $this->send('GET', '/events/wait?' . $query);
        if ($status === 408) {
            $wanted = json_encode($filters);
            Assert::fail("No event $wanted within $timeout s." . $this->lines($this->dropped()));
        }
        return $answer['events'];
    }

    /** The order and its history, or null. */
    public function order(string $externalOrderId): ?array
    {
        [$status, $answer] = $this->send('GET', '/orders/' . rawurlencode($externalOrderId));
        return $status === 404 ? null : $answer;
    }

    /** The order exists and has these fields (text and number of the same value are equal). */
    public function assertOrder(string $externalOrderId, array $expected = []): array
    {
        $order = $this->order($externalOrderId);
        $about = $this->lines($this->events(['order' => $externalOrderId]));
        Assert::assertNotNull($order, "There is no order $externalOrderId.$about");
        foreach ($expected as $name => $wanted) {
            Assert::assertEquals($wanted, $order[$name] ?? null, "Order $externalOrderId: $name.$about");
        }
        return $order;
    }

    /** Messages that would have been sent, the newest first: recipient, source, event, type, q, … */
    public function sentMessages(array $filters = []): array
    {
        return $this->call('GET', '/outbox?' . http_build_query(['limit' => 1000] + $filters))['messages'];
    }

    /** The newest message to $recipient is whole, and holds $contains; returns it. */
    public function assertMessage(string $recipient, string $contains = ''): array
    {
        $message = $this->sentMessages(['recipient' => $recipient])[0] ?? null;
        Assert::assertNotNull($message, "No message is for $recipient.");
        Assert::assertNull($message['problem'], "The message to $recipient was not sent: {$message['problem']}");
        foreach ($message['missing'] as $each) {
            Assert::fail("The message to $recipient is not whole: {$each['expression']}: {$each['why']}");
        }
        Assert::assertStringContainsString($contains, $message['text']);
        return $message;
    }

    /** Fails when an event was ignored or rejected, or a request was refused, and says why. */
    public function assertNothingDropped(): void
    {
        $told = $this->lines($this->dropped());
        foreach ($this->call('GET', '/requests?refused=true&limit=1000')['requests'] as $each) {
            $told .= "\n  {$each['method']} {$each['path']} was refused: {$each['status']} {$each['reason']}";
            foreach ($each['notes'] as $note) {
                $told .= "\n    {$note['message']}" . self::fix($note['fix'] ?? null);
            }
        }
        Assert::assertSame('', $told, "Yespo would have dropped this:$told");
    }

    private function dropped(): array
    {
        return array_merge($this->events(['verdict' => 'ignored']), $this->events(['verdict' => 'rejected']));
    }

    private function lines(array $events): string
    {
        $told = '';
        foreach ($events as $at => $event) {
            $told .= "\n  {$event['eventTypeKey']} {$event['eventKey']} was {$event['verdict']}:";
            foreach ($event['trace'] as $step) {
                $told .= $step['result'] === 'failed' ? "\n    {$step['message']}" : '';
            }
            if (isset($event['hint'])) {
                $whole = $at < 20 ? $this->call('GET', "/events/{$event['eventId']}") : [];
                $told .= "\n    {$event['hint']}" . self::fix($whole['fix'] ?? null);
            }
        }
        return $told;
    }

    /** What has to be there first, and the JSON Patch of the body as sent. */
    private static function fix(?array $fix): string
    {
        $told = '';
        foreach ($fix['arrange'] ?? [] as $call) {
            $told .= "\n    first: {$call['method']} {$call['path']} " . json_encode($call['body'], self::AS_SENT);
        }
        return $told . (($fix['patch'] ?? []) ? "\n    fix: " . json_encode($fix['patch'], self::AS_SENT) : '');
    }

    private function call(string $method, string $path, mixed $body = null): array
    {
        [$status, $answer, $text] = $this->send($method, $path, $body);
        if ($status >= 400) {
            throw new RuntimeException("The emulator answered $status: $text");
        }
        return $answer ?? [];
    }

    private function send(string $method, string $path, mixed $body = null): array
    {
        $context = stream_context_create(['http' => [
            'method' => $method,
            'header' => $this->headers,
            'content' => $body === null ? '' : json_encode($body),
            'ignore_errors' => true,
        ]]);
        $text = file_get_contents($this->url . '/_mock' . $path, false, $context);
        if ($text === false) {
            throw new RuntimeException("The emulator at {$this->url} does not answer.");
        }
        return [(int) explode(' ', $http_response_header[0])[1], json_decode($text, true), $text];
    }
}

/** For a TestCase: clean before each test; after it, fail when something was dropped. */
trait NothingDropped
{
    private ?YespoMock $yespoMock = null;

    protected function yespo(): YespoMock
    {
        return $this->yespoMock ??= new YespoMock();
    }

    /** @before */
    #[Before]
    protected function resetYespo(): void
    {
        $this->yespo()->reset();
    }

    /** @after */
    #[After]
    protected function assertNothingDropped(): void
    {
        $this->yespo()->assertNothingDropped();
    }
}
