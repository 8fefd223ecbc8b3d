/* SPDX-License-Identifier: GPL-2.0 */
/* What --help prints, made of the tables. */
#ifndef OPTIONS_HELP_H
#define OPTIONS_HELP_H

#include <stdio.h>

#include "options/option.h"

/* The help of a verb; with_verbs says in addition which verbs there are. */
void help__print(FILE *file, enum verb verb, bool with_verbs);

#endif /* OPTIONS_HELP_H */
