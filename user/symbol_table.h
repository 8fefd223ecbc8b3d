/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of the kernel, sorted by address. */
#ifndef SYMBOL_TABLE_H
#define SYMBOL_TABLE_H

#include "buffer.h"
#include "kallsyms.h"

struct symbol;
struct kernel_symbol;

/* Begins as zeroes. */
struct symbol_table {
	struct symbol *symbols; /* once it is finished by address, each address once */
	size_t nr_symbols;
	size_t capacity;
	struct buffer names; /* NUL-terminated strings; the first is empty */
};

/*
 * Adds a symbol, if it is code, in the order of the file. NULL, or why it can't: a static string.
 */
const char *symbol_table__add(struct symbol_table *table, const struct kallsyms_line *line);

/* Sorts what was added. NULL, or why it can't: a static string. */
const char *symbol_table__finish(struct symbol_table *table);

/* kernel_symbols__find() in one table, which is finished. page_size in bytes. */
bool symbol_table__find(const struct symbol_table *table, __u64 address, __u64 page_size,
			struct kernel_symbol *symbol);

/* Leaves it empty. */
void symbol_table__free(struct symbol_table *table);

#endif /* SYMBOL_TABLE_H */
