/* SPDX-License-Identifier: GPL-2.0 */
/* Parsing the command line. */
#ifndef OPTIONS_PARSE_H
#define OPTIONS_PARSE_H

#include "options/options.h"

/*
 * Parses argv: options, perhaps a verb, its options, perhaps a COMMAND, which begins with the first
 * word that is no option and no verb, or behind "--". Prints --help and --version to standard
 * output, errors to standard error as "sockcreate-trace: <sentence>".
 */
enum options_result options__parse(struct options *options, int argc, char **argv);

/* Releases what parsing has allocated. */
void options__free(struct options *options);

#endif /* OPTIONS_PARSE_H */
