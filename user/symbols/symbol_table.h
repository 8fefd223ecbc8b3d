/* SPDX-License-Identifier: GPL-2.0 */
/* Functions of the kernel, sorted by address. */
#ifndef SYMBOLS_SYMBOL_TABLE_H
#define SYMBOLS_SYMBOL_TABLE_H

#include "symbols/kallsyms.h"
#include "text/buffer.h"

/* Where an address lies. Strings are NUL-terminated and the table's: until it is refreshed or
 * freed. */
struct kernel_symbol {
	const char *name; /* as the kernel has it: "udp_sock_create4", "foo.isra.0", "__pfx_foo" */
	const char *module; /* "udp_tunnel", or NULL for the kernel's image. "bpf" and
			       "__builtin__…" are the kernel's names for code it made itself */
	__u64 offset;	    /* bytes from the symbol's start */
};

struct symbol;

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

#endif /* SYMBOLS_SYMBOL_TABLE_H */
