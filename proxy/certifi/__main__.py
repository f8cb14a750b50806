import argparse

from . import contents, where

parser = argparse.ArgumentParser()
parser.add_argument("-c", "--contents", action="store_true")
print(contents() if parser.parse_args().contents else where())
