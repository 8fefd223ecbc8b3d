/* SPDX-License-Identifier: GPL-2.0 */
/* Completions for shells, printed from the tables of verbs and options: one file a shell. */
#ifndef COMPLETIONS_H
#define COMPLETIONS_H

#include <stdbool.h>

#include "options/option.h"

/* Each prints a whole completion file. */
void print_bash(void);
void print_zsh(void);
void print_fish(void);

/* Whether the option's value can be a list with commas. */
bool is_list(const struct option_info *info);

/* Whether all that the value can be is known: then print_words() prints it. */
bool is_closed(enum option_value value);

/* The words that a value can be, or be a list of, with a separator between them. */
void print_words(enum option_value value, const char *separator);

/* The names of the formats, with what stands behind each. */
void print_formats(const char *separator);

/* The bytes of text that its first sentence has, without its final stop. */
int brief_size(const char *text);

#endif /* COMPLETIONS_H */
