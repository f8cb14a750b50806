<?php header('Content-Type: text/xml'); throw new RuntimeException('no such account');
