<?php header('Content-Type: text/xml'); exit(1);
