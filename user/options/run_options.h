/* SPDX-License-Identifier: GPL-2.0 */
/* Options with a value of their own: how long a trace runs, what it records, and how much is said.
 */
#ifndef OPTIONS_RUN_OPTIONS_H
#define OPTIONS_RUN_OPTIONS_H

#include "options/options.h"

/* Not OPTIONS_RUN if the value is bad, which has been explained on standard error. */
enum options_result run_options__set_duration(struct options *options, const char *value);
enum options_result run_options__set_stuck(struct options *options, const char *value);
enum options_result run_options__set_count(struct options *options, const char *value);
enum options_result run_options__set_buffer_size(struct options *options, const char *value);
enum options_result run_options__set_stack(struct options *options, const char *value);
enum options_result run_options__add_verbose(struct options *options, const char *value);

/* The number of the word among those that a value can be, or -1: then it has been explained. */
int run_options__choose(enum option_value kind, const char *option, const char *word);

#endif /* OPTIONS_RUN_OPTIONS_H */
