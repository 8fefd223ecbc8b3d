// SPDX-License-Identifier: GPL-2.0
#include "symbols/symbol_table.h"

#include <stdlib.h>
#include <string.h>

#define MAX_SYMBOLS (4U << 20)	 /* a kernel with all modules has some 400,000 */
#define MAX_NAMES   (256U << 20) /* bytes; offsets of modules have 30 bits */

/* Which of several symbols at one address is shown: the lowest, and of these the file's first. */
enum rank {
	RANK_END, /* here text ends: nothing is shown */
	RANK_GLOBAL,
	RANK_WEAK,
	RANK_LOCAL,
};

struct symbol {
	__u64 address;
	__u32 name;	   /* offset in names; grows in the file's order */
	__u32 module : 30; /* offset in names, 0 for the kernel's image */
	__u32 rank : 2;
};

void symbol_table__free(struct symbol_table *table)
{
	free(table->symbols);
	buffer__free(&table->names);
	memset(table, 0, sizeof(*table));
}

/* The offset of a copy of the string. */
static __u32 add_name(struct symbol_table *table, const char *name, size_t size)
{
	size_t offset = table->names.size;

	buffer__add(&table->names, name, size);
	buffer__add_char(&table->names, '\0');
	return offset;
}

/* Of the last symbol's module, if that is the same: a module's symbols stand together. */
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

/* Adds a symbol. NULL, or why not. */
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

/* Where the linker says that text ends, even if it counts these names as text. */
static bool ends_text(const struct kallsyms_line *line)
{
	return line->name[0] == '_' && !line->module_size &&
	       (kallsyms__is_named(line, "_etext") || kallsyms__is_named(line, "_einittext") ||
		kallsyms__is_named(line, "_end"));
}

/* Data of the image behind its text. Later data need not be marked. */
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
	if (ends_text(line))
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
	default: /* absolute values, such as offsets within per-cpu data, are no addresses */
		return NULL;
	}
}

static int compare_addresses(const void *a, const void *b)
{
	const struct symbol *left = a, *right = b;

	return (left->address > right->address) - (left->address < right->address);
}

static size_t count_sorted(const struct symbol *symbols, size_t number)
{
	size_t i;

	for (i = 1; i < number; i++) {
		if (symbols[i].address < symbols[i - 1].address)
			return i;
	}
	return number;
}

/* Merges the first symbols with the others, from the back, with a copy of the others alone. */
static bool merge(struct symbol *symbols, size_t first, size_t number)
{
	size_t others = number - first;
	struct symbol *copy = malloc(others * sizeof(*copy));

	if (!copy)
		return false;
	memcpy(copy, symbols + first, others * sizeof(*copy));
	while (others) {
		if (first && symbols[first - 1].address > copy[others - 1].address)
			symbols[--number] = symbols[--first];
		else
			symbols[--number] = copy[--others];
	}
	free(copy);
	return true;
}

/* The image's symbols, most of all, are sorted in the file. Only those behind them are sorted here.
 */
static bool sort(struct symbol_table *table)
{
	struct symbol *symbols = table->symbols;
	size_t number = table->nr_symbols, sorted = count_sorted(symbols, number);

	if (sorted == number)
		return true;
	qsort(symbols + sorted, number - sorted, sizeof(*symbols), compare_addresses);
	if (symbols[sorted - 1].address <= symbols[sorted].address)
		return true;
	return merge(symbols, sorted, number);
}

static bool is_better(const struct symbol *symbol, const struct symbol *other)
{
	if (symbol->rank != other->rank)
		return symbol->rank < other->rank;
	return symbol->name < other->name;
}

/* Leaves one symbol at each address. */
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

/* Gives back what was allocated for growing. */
static void shrink(struct symbol_table *table)
{
	struct symbol *symbols;

	symbols = reallocarray(table->symbols, table->nr_symbols, sizeof(*symbols));
	if (symbols) {
		table->symbols = symbols;
		table->capacity = table->nr_symbols;
	}
}

/* The index of the last symbol at or below address; nr_symbols if there is none. */
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

/* Code that the kernel made: pieces that come and go one by one, with anything between them. */
static bool is_generated(const char *module)
{
	return !strcmp(module, "bpf") || !strncmp(module, "__builtin__", strlen("__builtin__"));
}

/* Whether all between a symbol and the next one is the first one's. */
static bool is_followed(const struct symbol_table *table, size_t index)
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
	/* Memory is given out in pages: what is not known yet can begin with the next one. */
	if (!is_followed(table, index) && address / page_size != found->address / page_size)
		return false;
	symbol->name = table->names.data + found->name;
	symbol->module = found->module ? table->names.data + found->module : NULL;
	symbol->offset = address - found->address;
	return true;
}
