/* SPDX-License-Identifier: GPL-2.0 */
/* What --help prints. */
#ifndef HELP_H
#define HELP_H

#include <stdio.h>

void help__print(FILE *file);

#endif /* HELP_H */
