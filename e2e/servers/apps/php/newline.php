
<?php require 'answer.inc'; answer();