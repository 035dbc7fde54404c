"""Pages of maths: a folder per chapter, in it a module for each lesson.

A lesson is a module with one function ``build``, which fills a ``Page``.
"""
