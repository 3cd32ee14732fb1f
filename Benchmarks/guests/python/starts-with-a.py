#!/usr/bin/env python3
from patchbay import filter, run


@filter("starts-with-a", version="1.0.0", summary="Keeps records that begin with an a.", on="value")
def keep(value):
    return value[0] == 97


run()
