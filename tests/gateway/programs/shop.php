<?php
require __DIR__ . '/ShopModule.php';
$event = json_decode(file_get_contents($argv[1]), true);
exit((new ShopModule())->orderCreated($event) === 200 ? 0 : 1);
