/* SPDX-License-Identifier: GPL-2.0 */
/* The table of all output formats. Options, help and tests take from it which there are. */
#ifndef FORMATS_FORMATS_H
#define FORMATS_FORMATS_H

#include <stddef.h>

#include "formats/format.h"

/* How users say that they want no output, where a format could be named. No format is called so. */
#define NO_FORMAT_NAME "none"

extern const struct out_format *const formats[]; /* the default first */
extern const int nr_formats;

/* The format whose whole name is these length characters, or NULL. */
const struct out_format *formats__find(const char *name, size_t length);

/* What a format needs, with --no-tree (no_tree) or without. */
struct format_needs formats__needs(const struct out_format *format, bool no_tree);

#endif /* FORMATS_FORMATS_H */
