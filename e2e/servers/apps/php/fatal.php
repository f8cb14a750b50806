<?php header('Content-Type: text/plain'); throw new RuntimeException('no such account');
