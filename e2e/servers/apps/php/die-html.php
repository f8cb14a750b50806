<?php die('Could not connect to the database');
