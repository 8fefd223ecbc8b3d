/* SPDX-License-Identifier: GPL-2.0 */
/* What --help prints. */
#ifndef OPTIONS_HELP_H
#define OPTIONS_HELP_H

#include <stdio.h>

void help__print(FILE *file);

#endif /* OPTIONS_HELP_H */
