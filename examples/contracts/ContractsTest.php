<?php

/**
 * Runs the contract scenarios of yespo-mock against a server, with PHPUnit 9 or newer:
 *   yespo-mock contracts export scenarios
 *   yespo-mock exec -- vendor/bin/phpunit ContractsTest.php
 * It reads YESPO_MOCK_URL and, if the scenarios are elsewhere, SCENARIOS.
 */

declare(strict_types=1);

use PHPUnit\Framework\AssertionFailedError;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class ContractsTest extends TestCase
{
    /** What an earlier step captured. */
    private array $known = [];

    public static function scenarios(): array
    {
        $files = preg_grep('/\.schema\.json$/', glob((getenv('SCENARIOS') ?: 'scenarios') . '/*.json'), PREG_GREP_INVERT);
        return array_combine(array_map('basename', $files), array_map(static fn ($file) => [$file], $files));
    }

    /** @dataProvider scenarios */
    #[DataProvider('scenarios')]
    public function testScenario(string $file): void
    {
        $scenario = json_decode(file_get_contents($file));
        $this->call('POST', '/_mock/reset', ['{}']);
        if (isset($scenario->given)) {
            $this->call('POST', '/_mock/seed', [json_encode($this->filled($scenario->given))]);
        }
        foreach ($scenario->steps as $index => $step) {
            $where = 'step ' . ($index + 1);
            $request = $this->filled($step->request);
            $body = $request->text ?? (property_exists($request, 'body') ? json_encode($request->body) : null);
            $before = $this->control('/events?limit=1')->events[0]->eventId ?? 0;
            [$status, $headers, $text] = $this->call($request->method, $request->path, [$body], (array) ($request->headers ?? []));
            $expected = $this->filled($step->response ?? new stdClass());
            isset($expected->status) && self::assertSame($expected->status, $status, "$where: $text");
            foreach ($expected->headers ?? [] as $name => $each) {
                $this->compare($each, $headers[strtolower($name)] ?? null, "$where $name");
            }
            if (property_exists($expected, 'body')) {
                $isText = is_string($expected->body) || isset($expected->body->{'$contains'});
                $this->compare($expected->body, $isText ? $text : json_decode($text), $where);
            }
            foreach ($step->capture ?? [] as $name => $pointer) {
                $value = json_decode($text, true);
                foreach (array_slice(explode('/', $pointer), 1) as $key) {
                    $value = $value[$key];
                }
                $this->known[$name] = $value;
            }
            if (property_exists($step, 'event')) {
                // An id that is no higher than before is the event of an earlier step: there was none now.
                $event = $this->control('/events?limit=1')->events[0] ?? null;
                $fresh = ($event->eventId ?? 0) > $before ? $event : null;
                $this->compare($this->filled($step->event), $fresh, "$where event");
            }
        }
        $then = $this->filled($scenario->then ?? new stdClass());
        foreach ($then->orders ?? [] as $id => $expected) {
            [$status, , $text] = $this->call('GET', '/_mock/orders/' . rawurlencode((string) $id));
            $this->compare($expected, $status === 404 ? null : json_decode($text), "order $id");
        }
        foreach ($then->eventTypes ?? [] as $key => $expected) {
            $kinds = $this->control('/event-types')->eventTypes;
            $found = array_filter($kinds, static fn ($each): bool => $each->eventTypeKey === (string) $key);
            $this->compare($expected, array_values($found)[0] ?? null, "event type $key");
        }
        foreach (['contacts', 'events', 'requests'] as $name) {
            if (isset($then->$name)) {
                $this->compare($then->$name, array_reverse($this->control("/$name?limit=1000")->$name), $name);
            }
        }
        $this->addToAssertionCount(1);
    }

    private function control(string $path): mixed
    {
        return json_decode($this->call('GET', "/_mock$path")[2]);
    }

    private function call(string $method, string $path, array $body = [null], array $headers = []): array
    {
        $all = $headers + ['Authorization' => 'Basic ' . base64_encode('shop:key')];
        if ($body[0] !== null) {
            $all += ['Content-Type' => 'application/json'];
        }
        $http = curl_init(getenv('YESPO_MOCK_URL') . str_replace(' ', '%20', $path));
        $seen = [];
        curl_setopt_array($http, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_POSTFIELDS => $body[0],
            // A header without a value is one that curl leaves out.
            CURLOPT_HTTPHEADER => array_map(static fn ($name) => "$name: {$all[$name]}", array_keys($all)),
            CURLOPT_HEADERFUNCTION => static function ($http, string $line) use (&$seen): int {
                [$name, $value] = explode(':', $line, 2) + [1 => ''];
                $seen[strtolower($name)] = trim($value);
                return strlen($line);
            },
        ]);
        $text = curl_exec($http);
        return [curl_getinfo($http, CURLINFO_RESPONSE_CODE), $seen, $text];
    }

    /** {"$repeat": "a", "times": 3} and {{name}}, in requests and expectations. */
    private function filled(mixed $value): mixed
    {
        if (is_object($value) && isset($value->{'$repeat'})) {
            $one = $this->filled($value->{'$repeat'});
            return is_array($one) ? array_merge(...array_fill(0, $value->times, $one)) : str_repeat($one, $value->times);
        }
        if (is_array($value)) {
            return array_map([$this, 'filled'], $value);
        }
        if (is_object($value)) {
            return (object) array_map([$this, 'filled'], get_object_vars($value));
        }
        if (!is_string($value)) {
            return $value;
        }
        if (preg_match('/^{{(\w+)}}$/', $value, $whole)) {
            return $this->known[$whole[1]];
        }
        return preg_replace_callback('/{{(\w+)}}/', fn ($found) => (string) $this->known[$found[1]], $value);
    }

    private function compare(mixed $expected, mixed $seen, string $where): void
    {
        $told = "$where: " . json_encode($seen);
        if ($expected === null) {
            self::assertNull($seen, $told);
        } elseif (isset($expected->{'$contains'})) {
            self::assertStringContainsString($expected->{'$contains'}, (string) $seen, $told);
        } elseif (isset($expected->{'$type'})) {
            $type = str_replace(['double', 'NULL'], ['number', 'null'], gettype($seen));
            $number = $expected->{'$type'} === 'number' && $type === 'integer';
            self::assertTrue($number || $type === $expected->{'$type'}, $told);
        } elseif (is_object($expected)) {
            self::assertIsObject($seen, $told);
            foreach (get_object_vars($expected) as $name => $each) {
                $this->compare($each, $seen->$name ?? null, "$where.$name");
            }
        } elseif (is_array($expected) && str_ends_with($where, '.trace')) {
            foreach ($expected as $step) {
                while ($seen && !$this->fits($step, $seen[0])) {
                    array_shift($seen);
                }
                self::assertNotNull(array_shift($seen), "$told: no " . json_encode($step));
            }
        } elseif (is_array($expected) && preg_match('/\.(reasons|warnings)$/', $where)) {
            self::assertEqualsCanonicalizing($expected, $seen, $told);
        } elseif (is_array($expected)) {
            self::assertCount(count($expected), $seen, $told);
            foreach ($expected as $index => $each) {
                $this->compare($each, $seen[$index], "{$where}[$index]");
            }
        } else {
            self::assertEquals($expected, $seen, $told);
            self::assertSame(is_string($expected), is_string($seen), $told);
        }
    }

    private function fits(mixed $expected, mixed $seen): bool
    {
        try {
            $this->compare($expected, $seen, '');
            return true;
        } catch (AssertionFailedError) {
            return false;
        }
    }
}
