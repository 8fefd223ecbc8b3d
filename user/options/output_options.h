/* SPDX-License-Identifier: GPL-2.0 */
/* Which outputs there are: --format, -o and --timeline. */
#ifndef OPTIONS_OUTPUT_OPTIONS_H
#define OPTIONS_OUTPUT_OPTIONS_H

#include "options/options.h"

/* --format FORMAT. Not OPTIONS_RUN if it is bad, which has been explained on standard error. */
enum options_result output_options__set_format(struct options *options, const char *value);

/*
 * -o [FORMAT:]FILE. What stands before the first colon is a format only if there is one of that
 * name. FILE is kept. Returns as output_options__set_format().
 */
enum options_result output_options__add(struct options *options, const char *value);

/* --timeline FILE, which is kept. Returns as output_options__set_format(). */
enum options_result output_options__add_timeline(struct options *options, const char *path);

/*
 * Once all options are known: files without a format get that of --format, and standard output is
 * added where it is wanted. Returns as output_options__set_format().
 */
enum options_result output_options__complete(struct options *options);

#endif /* OPTIONS_OUTPUT_OPTIONS_H */
