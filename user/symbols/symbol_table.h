/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of the kernel, sorted by address. */
#ifndef SYMBOLS_SYMBOL_TABLE_H
#define SYMBOLS_SYMBOL_TABLE_H

#include "symbols/kallsyms.h"
#include "text/buffer.h"

/*
 * The function in which an address lies. The strings belong to the table and are valid until it is
 * refreshed or freed.
 */
struct kernel_symbol {
	const char *name; /* the kernel's name: "udp_sock_create4", "foo.isra.0", "__pfx_foo" */
	/*
	 * "udp_tunnel", or NULL for the kernel's image. "bpf" and "__builtin__…" are the kernel's
	 * names for code that it has generated.
	 */
	const char *module;
	__u64 offset; /* bytes from the symbol's start */
};

struct symbol;

/* The symbols of one reading of the file. Begins as zeroes. */
struct symbol_table {
	struct symbol *symbols; /* once finished, sorted by address, one for each address */
	size_t nr_symbols;
	size_t capacity;
	struct buffer names; /* strings terminated by NUL; the first one is empty */
};

/*
 * Add a symbol if it is code. Call this in the order of the file. Return NULL, or a static string
 * that says why it failed.
 */
const char *symbol_table__add(struct symbol_table *table, const struct kallsyms_line *line);

/* Sort what was added. Return NULL, or a static string that says why it failed. */
const char *symbol_table__finish(struct symbol_table *table);

/* Do what kernel_symbols__find() does, in a finished table. page_size is in bytes. */
bool symbol_table__find(const struct symbol_table *table, __u64 address, __u64 page_size,
			struct kernel_symbol *symbol);

/* Free the memory of the table and leave it empty. */
void symbol_table__free(struct symbol_table *table);

#endif /* SYMBOLS_SYMBOL_TABLE_H */
