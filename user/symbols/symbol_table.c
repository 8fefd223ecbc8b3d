// SPDX-License-Identifier: GPL-2.0
#include "symbols/symbol_table.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SYMBOLS (4U << 20)	 /* a kernel with all its modules has about 400,000 */
#define MAX_NAMES   (256U << 20) /* in bytes; offsets of modules have 30 bits */

/*
 * Which of several symbols at one address is used: the one of the lowest rank, and of those the
 * first in the file.
 */
enum rank {
	RANK_END, /* the end of text, which is not shown */
	RANK_GLOBAL,
	RANK_WEAK,
	RANK_LOCAL,
};

struct symbol {
	__u64 address;
	__u32 name;	   /* offset in names; increases in the order of the file */
	__u32 module : 30; /* offset in names; 0 for the kernel's image */
	__u32 rank : 2;
};

void symbol_table__free(struct symbol_table *table)
{
	free(table->symbols);
	buffer__free(&table->names);
	memset(table, 0, sizeof(*table));
}

/* Copy the string to names and return its offset. */
static __u32 add_name(struct symbol_table *table, const char *name, size_t size)
{
	size_t offset = table->names.size;

	buffer__add(&table->names, name, size);
	buffer__add_char(&table->names, '\0');
	return offset;
}

/*
 * Return the offset of the module's name. Symbols of a module are next to each other, so the name
 * is usually that of the last symbol's module.
 */
static __u32 add_module(struct symbol_table *table, const char *module, size_t size)
{
	const char *last;

	if (!size)
		return 0;
	if (table->nr_symbols) {
		__u32 offset = table->symbols[table->nr_symbols - 1].module;

		last = table->names.data + offset;
		if (offset && strlen(last) == size && !memcmp(last, module, size))
			return offset;
	}
	return add_name(table, module, size);
}

static bool grow(struct symbol_table *table)
{
	size_t capacity = table->capacity ? 2 * table->capacity : 65536;
	struct symbol *symbols;

	if (table->nr_symbols < table->capacity)
		return true;
	symbols = reallocarray(table->symbols, capacity, sizeof(*symbols));
	if (!symbols)
		return false;
	table->symbols = symbols;
	table->capacity = capacity;
	return true;
}

/* Add a symbol. Return NULL, or why that failed. */
static const char *append(struct symbol_table *table, const struct kallsyms_line *line,
			  enum rank rank)
{
	struct symbol symbol = { .address = line->address, .rank = rank };

	if (table->nr_symbols == MAX_SYMBOLS || table->names.size > MAX_NAMES)
		return "there are more symbols than a kernel can have";
	if (!grow(table))
		return "out of memory";
	if (!table->names.size)
		add_name(table, "", 0);
	symbol.module = add_module(table, line->module, line->module_size);
	if (rank != RANK_END)
		symbol.name = add_name(table, line->name, line->name_size);
	if (table->names.failed)
		return "out of memory";
	table->symbols[table->nr_symbols++] = symbol;
	return NULL;
}

/*
 * Return whether the line is one of the linker's symbols for the end of text. kallsyms may show
 * them as text.
 */
static bool is_text_end(const struct kallsyms_line *line)
{
	return line->name[0] == '_' && !line->module_size &&
	       (kallsyms__is_named(line, "_etext") || kallsyms__is_named(line, "_einittext") ||
		kallsyms__is_named(line, "_end"));
}

/*
 * Return whether the line is the first data of the image after its text. Only this one is kept, as
 * the end of text.
 */
static bool follows_text(const struct symbol_table *table, const struct kallsyms_line *line)
{
	const struct symbol *last;

	if (line->module_size || !table->nr_symbols)
		return false;
	last = &table->symbols[table->nr_symbols - 1];
	return !last->module && last->rank != RANK_END && last->address < line->address;
}

const char *symbol_table__add(struct symbol_table *table, const struct kallsyms_line *line)
{
	if (is_text_end(line))
		return append(table, line, RANK_END);
	switch (line->type) {
	case 'T':
		return append(table, line, RANK_GLOBAL);
	case 'W':
	case 'w':
		return append(table, line, RANK_WEAK);
	case 't':
		return append(table, line, RANK_LOCAL);
	case 'B':
	case 'b':
	case 'D':
	case 'd':
	case 'R':
	case 'r':
		return follows_text(table, line) ? append(table, line, RANK_END) : NULL;
	default: /* absolute values, such as offsets in per-cpu data */
		return NULL;
	}
}

static int compare_addresses(const void *a, const void *b)
{
	const struct symbol *left = a, *right = b;

	return (left->address > right->address) - (left->address < right->address);
}

static size_t count_sorted(const struct symbol *symbols, size_t nr)
{
	size_t i;

	for (i = 1; i < nr; i++) {
		if (symbols[i].address < symbols[i - 1].address)
			return i;
	}
	return nr;
}

/*
 * Merge two sorted runs: the symbols before first, and those from there on. It goes from the back,
 * so that only the second run has to be copied.
 */
static bool merge(struct symbol *symbols, size_t first, size_t nr)
{
	size_t others = nr - first;
	struct symbol *copy = malloc(others * sizeof(*copy));

	if (!copy)
		return false;
	memcpy(copy, symbols + first, others * sizeof(*copy));
	while (others) {
		if (first && symbols[first - 1].address > copy[others - 1].address)
			symbols[--nr] = symbols[--first];
		else
			symbols[--nr] = copy[--others];
	}
	free(copy);
	return true;
}

/*
 * Sort the symbols. Those of the image, which are most of them, are sorted in the file already. So
 * only the rest is sorted here, and then merged if necessary.
 */
static bool sort(struct symbol_table *table)
{
	struct symbol *symbols = table->symbols;
	size_t nr = table->nr_symbols, sorted = count_sorted(symbols, nr);

	if (sorted == nr)
		return true;
	qsort(symbols + sorted, nr - sorted, sizeof(*symbols), compare_addresses);
	if (symbols[sorted - 1].address <= symbols[sorted].address)
		return true;
	return merge(symbols, sorted, nr);
}

static bool is_better(const struct symbol *symbol, const struct symbol *other)
{
	if (symbol->rank != other->rank)
		return symbol->rank < other->rank;
	return symbol->name < other->name;
}

/* Keep only one symbol at each address. */
static void drop_aliases(struct symbol_table *table)
{
	struct symbol *symbols = table->symbols;
	size_t kept = 0, i;

	for (i = 0; i < table->nr_symbols; i++) {
		if (!kept || symbols[kept - 1].address != symbols[i].address)
			symbols[kept++] = symbols[i];
		else if (is_better(&symbols[i], &symbols[kept - 1]))
			symbols[kept - 1] = symbols[i];
	}
	table->nr_symbols = kept;
}

/* Free the room that was allocated for growing. */
static void shrink(struct symbol_table *table)
{
	struct symbol *symbols;

	symbols = reallocarray(table->symbols, table->nr_symbols, sizeof(*symbols));
	if (symbols) {
		table->symbols = symbols;
		table->capacity = table->nr_symbols;
	}
}

/* Return the index of the last symbol at or before address, or nr_symbols if there is none. */
static size_t search(const struct symbol_table *table, __u64 address)
{
	size_t low = 0, high = table->nr_symbols;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->symbols[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : table->nr_symbols;
}

/*
 * Return whether the module stands for code that the kernel has generated. Such pieces come and go
 * one by one, with anything between them.
 */
static bool is_generated(const char *module)
{
	return !strcmp(module, "bpf") || !strncmp(module, "__builtin__", strlen("__builtin__"));
}

/* Return whether everything up to the next symbol belongs to the one at index. */
static bool extends_to_next(const struct symbol_table *table, size_t index)
{
	const char *module, *next_module;

	if (index + 1 == table->nr_symbols)
		return false;
	module = table->names.data + table->symbols[index].module;
	next_module = table->names.data + table->symbols[index + 1].module;
	return !strcmp(module, next_module) && !is_generated(module);
}

const char *symbol_table__finish(struct symbol_table *table)
{
	if (!table->nr_symbols)
		return "it has no functions";
	if (!sort(table))
		return "out of memory";
	drop_aliases(table);
	shrink(table);
	return NULL;
}

bool symbol_table__find(const struct symbol_table *table, __u64 address, __u64 page_size,
			struct kernel_symbol *symbol)
{
	size_t index = search(table, address);
	const struct symbol *found = table->symbols + index;

	if (index == table->nr_symbols || found->rank == RANK_END)
		return false;
	/* Memory is allocated in pages, so something unknown can begin on the next page. */
	if (!extends_to_next(table, index) && address / page_size != found->address / page_size)
		return false;
	symbol->name = table->names.data + found->name;
	symbol->module = found->module ? table->names.data + found->module : NULL;
	symbol->offset = address - found->address;
	return true;
}
