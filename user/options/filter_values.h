/* SPDX-License-Identifier: GPL-2.0 */
/* How the numbers that filters compare are written on the command line. */
#ifndef OPTIONS_FILTER_VALUES_H
#define OPTIONS_FILTER_VALUES_H

#include "options/options.h"

/* Functions for the values of a kind. What is bad is explained on standard error. */
struct value_parser {
	/* Parses one value of the option, as "--pid". */
	enum options_result (*parse)(const char *option, const char *text, __u32 *value);
	/* Whether what the value names exists; NULL where nothing is checked. */
	enum options_result (*check)(const char *option, __u32 value);
};

/* Its functions are NULL where values of the kind are no numbers. */
const struct value_parser *filter_values__parser(enum option_value value);

#endif /* OPTIONS_FILTER_VALUES_H */
