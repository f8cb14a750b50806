<?php header('Content-Type: text/plain'); die('Could not connect to the database');
