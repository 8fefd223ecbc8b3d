// SPDX-License-Identifier: GPL-2.0
#include "symbols/elf_symbols.h"

#include <byteswap.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gelf.h>
#include <libelf.h>

#include "text/buffer.h"

#define MAX_SEGMENTS 64
#define MAX_SECTIONS 1024 /* whose ends are known, for functions without a size */
/*
 * These bound the time that reading takes to some tens of milliseconds, and the memory. Of a file
 * that has more, some functions have no name.
 */
#define MAX_SYMBOLS   (1 << 19)	 /* of a table that are looked at */
#define MAX_FUNCTIONS (1 << 17)	 /* of these that are kept */
#define MAX_STRINGS   (16 << 20) /* bytes of names that are read */
#define MAX_NAMES     (8 << 20)	 /* bytes of names that are kept */
#define MAX_NAME      4096	 /* names of C++ functions can be long */
#define MAX_COMPARED  64	 /* bytes of the names of aliases */
#define CHUNK	      4096	 /* symbols that are read at a time */

/*
 * How many functions before an address are tried: a function can extend beyond others that begin
 * later.
 */
#define MAX_NESTED 16

struct segment {
	__u64 offset, size; /* in the file */
	__u64 address;
};

struct function {
	__u64 address;
	__u64 size;
	__u32 name;   /* offset in names */
	__u8 binding; /* STB_LOCAL, STB_GLOBAL or STB_WEAK */
	bool unsized; /* the size is missing in the file: it extends to the section's end */
};

struct elf_symbols {
	struct segment segments[MAX_SEGMENTS];
	int nr_segments;
	struct function *functions; /* sorted by address, one for each address */
	size_t nr_functions;
	struct buffer names; /* strings, each terminated by NUL */
};

static void read_segments(struct elf_symbols *symbols, Elf *elf)
{
	size_t nr, i;
	GElf_Phdr header;

	if (elf_getphdrnum(elf, &nr))
		return;
	for (i = 0; i < nr && symbols->nr_segments < MAX_SEGMENTS; i++) {
		if (!gelf_getphdr(elf, i, &header) || header.p_type != PT_LOAD)
			continue;
		symbols->segments[symbols->nr_segments++] =
			(struct segment){ header.p_offset, header.p_filesz, header.p_vaddr };
	}
}

/* What is needed while one symbol table is read. */
struct reading {
	struct elf_symbols *symbols;
	int fd;
	bool is_64_bit, is_swapped; /* whether the byte order is not the machine's */
	char *strings;
	size_t strings_size;
	struct {
		__u64 address, size;
	} sections[MAX_SECTIONS];
	bool is_cut; /* there are more symbols than are looked at */
};

/* Read exactly so many bytes. */
static bool read_at(int fd, void *to, size_t size, __u64 offset)
{
	char *at = to;
	ssize_t got;

	while (size) {
		got = pread(fd, at, size, (off_t)offset);
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
		offset += (__u64)got;
	}
	return true;
}

static void read_section_ends(struct reading *reading, Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t i;

	while ((section = elf_nextscn(elf, section))) {
		i = elf_ndxscn(section);
		if (i >= MAX_SECTIONS)
			return;
		if (!gelf_getshdr(section, &header))
			continue;
		reading->sections[i].address = header.sh_addr;
		reading->sections[i].size = header.sh_size;
	}
}

/* Read the names of a table. Return false if that fails. */
static bool read_strings(struct reading *reading, const GElf_Shdr *header)
{
	size_t size = header->sh_size < MAX_STRINGS ? header->sh_size : MAX_STRINGS;

	if (header->sh_type != SHT_STRTAB || !size)
		return false;
	reading->strings = malloc(size);
	reading->strings_size = size;
	return reading->strings && read_at(reading->fd, reading->strings, size, header->sh_offset);
}

/* Return a symbol of the file's class and byte order in the form of this machine. */
static GElf_Sym convert(const struct reading *reading, const void *bytes)
{
	const Elf64_Sym *large = bytes;
	const Elf32_Sym *small = bytes;
	GElf_Sym symbol;

	if (reading->is_64_bit)
		symbol = *large;
	else
		symbol = (GElf_Sym){ small->st_name,  small->st_info,  small->st_other,
				     small->st_shndx, small->st_value, small->st_size };
	if (!reading->is_swapped)
		return symbol;
	symbol.st_name = bswap_32(symbol.st_name);
	symbol.st_shndx = bswap_16(symbol.st_shndx);
	symbol.st_value =
		reading->is_64_bit ? bswap_64(symbol.st_value) : bswap_32((__u32)symbol.st_value);
	symbol.st_size =
		reading->is_64_bit ? bswap_64(symbol.st_size) : bswap_32((__u32)symbol.st_size);
	return symbol;
}

static bool is_function(const GElf_Sym *symbol)
{
	int type = GELF_ST_TYPE(symbol->st_info);

	return (type == STT_FUNC || type == STT_GNU_IFUNC) && symbol->st_shndx != SHN_UNDEF &&
	       symbol->st_shndx != SHN_ABS;
}

/*
 * Set the size of a function. Functions written in assembly may have no size in the file. They
 * extend to the next function, which is not known if there are too many.
 */
static void set_size(const struct reading *reading, struct function *function,
		     const GElf_Sym *symbol)
{
	__u64 distance;

	function->size = symbol->st_size;
	function->unsized = !symbol->st_size;
	if (!function->unsized || reading->is_cut || symbol->st_shndx >= MAX_SECTIONS)
		return;
	distance = function->address - reading->sections[symbol->st_shndx].address;
	if (distance < reading->sections[symbol->st_shndx].size)
		function->size = reading->sections[symbol->st_shndx].size - distance;
}

/* Keep the function of a symbol. Its name stays an offset in the file's strings for now. */
static void take_symbol(struct reading *reading, const GElf_Sym *symbol)
{
	struct elf_symbols *symbols = reading->symbols;
	struct function *function;

	if (!is_function(symbol) || symbol->st_name >= reading->strings_size ||
	    !reading->strings[symbol->st_name] || symbols->nr_functions == MAX_FUNCTIONS)
		return;
	function = &symbols->functions[symbols->nr_functions++];
	function->address = symbol->st_value;
	function->name = symbol->st_name;
	function->binding = GELF_ST_BIND(symbol->st_info);
	set_size(reading, function, symbol);
}

/* Read the symbols, some at a time. Return false if that fails. */
static bool read_symbols(struct reading *reading, const GElf_Shdr *header)
{
	size_t entry = reading->is_64_bit ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	size_t nr = header->sh_size / entry, first, count, i;
	char *bytes = malloc(CHUNK * sizeof(Elf64_Sym));
	bool read = bytes;

	reading->is_cut = nr > MAX_FUNCTIONS;
	if (nr > MAX_SYMBOLS)
		nr = MAX_SYMBOLS;
	reading->symbols->functions =
		calloc(nr < MAX_FUNCTIONS ? nr : MAX_FUNCTIONS, sizeof(struct function));
	read = read && reading->symbols->functions;
	for (first = 0; read && first < nr; first += count) {
		count = nr - first < CHUNK ? nr - first : CHUNK;
		read = read_at(reading->fd, bytes, count * entry,
			       header->sh_offset + first * entry);
		for (i = 0; read && i < count; i++) {
			GElf_Sym symbol = convert(reading, bytes + i * entry);

			take_symbol(reading, &symbol);
		}
	}
	free(bytes);
	return read;
}

static int binding_rank(const struct function *function)
{
	return function->binding == STB_GLOBAL ? 0 : function->binding == STB_WEAK ? 1 : 2;
}

static bool is_better(const char *strings, const struct function *function,
		      const struct function *other)
{
	const char *name = strings + function->name, *other_name = strings + other->name;
	int difference = (int)strspn(name, "_") - (int)strspn(other_name, "_");

	if (!difference)
		difference = binding_rank(function) - binding_rank(other);
	if (!difference)
		difference = strncmp(name, other_name, MAX_COMPARED);
	return difference < 0;
}

/* Sort by one digit of the address into another array. */
static void sort_by_digit(struct function *to, const struct function *from, size_t nr, int shift)
{
	size_t starts[1 << 8] = {}, i, sum = 0, count;

	for (i = 0; i < nr; i++)
		starts[from[i].address >> shift & 0xff]++;
	for (i = 0; i < 1 << 8; i++) {
		count = starts[i];
		starts[i] = sum;
		sum += count;
	}
	for (i = 0; i < nr; i++)
		to[starts[from[i].address >> shift & 0xff]++] = from[i];
}

/*
 * Sort the functions by address, digit by digit, from the lowest one that differs. That takes a
 * time in proportion to their number, in whichever order they are. Return false if out of memory.
 */
static bool sort_functions(struct elf_symbols *symbols)
{
	size_t nr = symbols->nr_functions, i;
	struct function *from = symbols->functions;
	struct function *to = calloc(nr, sizeof(*to)), *other;
	__u64 differing = 0;
	int shift;

	if (!to)
		return false;
	for (i = 1; i < nr; i++)
		differing |= from[i].address ^ from[0].address;
	for (shift = 0; shift < 64; shift += 8) {
		if (!(differing >> shift & 0xff))
			continue;
		sort_by_digit(to, from, nr, shift);
		other = from;
		from = to;
		to = other;
	}
	free(to);
	symbols->functions = from;
	return true;
}

/* Keep one function at each address. */
static void drop_aliases(struct elf_symbols *symbols, const char *strings)
{
	struct function *functions = symbols->functions;
	size_t kept = 0, i;

	for (i = 0; i < symbols->nr_functions; i++) {
		if (!kept || functions[kept - 1].address != functions[i].address)
			functions[kept++] = functions[i];
		else if (is_better(strings, &functions[i], &functions[kept - 1]))
			functions[kept - 1] = functions[i];
	}
	symbols->nr_functions = kept;
}

/* Copy the names of the functions. Those that are too long are dropped, with their functions. */
static void copy_names(struct elf_symbols *symbols, const char *strings)
{
	struct function *functions = symbols->functions, *shrunk;
	size_t kept = 0, i;

	for (i = 0; i < symbols->nr_functions && symbols->names.size < MAX_NAMES; i++) {
		const char *name = strings + functions[i].name;
		size_t size = strnlen(name, MAX_NAME + 1);

		if (size > MAX_NAME)
			continue;
		functions[kept] = functions[i];
		functions[kept++].name = symbols->names.size;
		buffer__add(&symbols->names, name, size + 1);
	}
	symbols->nr_functions = symbols->names.failed ? 0 : kept;
	shrunk = kept ? reallocarray(functions, kept, sizeof(*functions)) : NULL;
	if (shrunk)
		symbols->functions = shrunk;
}

/* Read a table whose header is known. */
static void read_table(struct reading *reading, Elf *elf, const GElf_Shdr *header)
{
	struct elf_symbols *symbols = reading->symbols;
	Elf_Scn *strings = elf_getscn(elf, header->sh_link);
	GElf_Shdr strings_header;

	if (!strings || !gelf_getshdr(strings, &strings_header) ||
	    !read_strings(reading, &strings_header))
		return;
	/* Names that are not terminated end here. */
	reading->strings[reading->strings_size - 1] = '\0';
	if (!read_symbols(reading, header) || !symbols->nr_functions || !sort_functions(symbols)) {
		symbols->nr_functions = 0;
		return;
	}
	drop_aliases(symbols, reading->strings);
	copy_names(symbols, reading->strings);
}

/* Read the first section of a type. If that fails or there is no function in it, nothing is kept.
 */
static void read_section(struct reading *reading, Elf *elf, __u32 type)
{
	struct elf_symbols *symbols = reading->symbols;
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	do {
		section = elf_nextscn(elf, section);
		if (!section || !gelf_getshdr(section, &header))
			return;
	} while (header.sh_type != type);
	read_table(reading, elf, &header);
	free(reading->strings);
	reading->strings = NULL;
	if (symbols->nr_functions)
		return;
	free(symbols->functions);
	symbols->functions = NULL;
	buffer__free(&symbols->names);
}

static void read_functions(struct elf_symbols *symbols, Elf *elf, int fd)
{
	const char *identity = elf_getident(elf, NULL);
	struct reading *reading = calloc(1, sizeof(*reading));
	const int native = __BYTE_ORDER == __LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;

	if (!reading)
		return;
	reading->symbols = symbols;
	reading->fd = fd;
	reading->is_64_bit = gelf_getclass(elf) == ELFCLASS64;
	reading->is_swapped = identity && identity[EI_DATA] != native;
	read_section_ends(reading, elf);
	read_section(reading, elf, SHT_SYMTAB);
	if (!symbols->nr_functions)
		read_section(reading, elf, SHT_DYNSYM);
	free(reading);
}

struct elf_symbols *elf_symbols__read(int fd)
{
	struct elf_symbols *symbols = NULL;
	Elf *elf;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (elf && elf_kind(elf) == ELF_K_ELF)
		symbols = calloc(1, sizeof(*symbols));
	if (symbols) {
		read_segments(symbols, elf);
		read_functions(symbols, elf, fd);
	}
	elf_end(elf);
	return symbols;
}

bool elf_symbols__address(const struct elf_symbols *symbols, __u64 file_offset, __u64 *address)
{
	int i;

	for (i = 0; i < symbols->nr_segments; i++) {
		const struct segment *segment = &symbols->segments[i];

		if (file_offset >= segment->offset &&
		    file_offset - segment->offset < segment->size) {
			*address = segment->address + (file_offset - segment->offset);
			return true;
		}
	}
	return false;
}

/* Return the index after the last function that begins at or before address. */
static size_t search(const struct elf_symbols *symbols, __u64 address)
{
	size_t low = 0, high = symbols->nr_functions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (symbols->functions[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const char *elf_symbols__find(const struct elf_symbols *symbols, __u64 address, __u64 *offset)
{
	size_t behind = search(symbols, address), back;

	for (back = 1; back <= behind && back <= MAX_NESTED; back++) {
		const struct function *function = &symbols->functions[behind - back];
		__u64 distance = address - function->address;

		/* A function of unknown size ends where the next one begins. */
		if (distance < function->size && (!function->unsized || back == 1)) {
			*offset = distance;
			return symbols->names.data + function->name;
		}
	}
	return NULL;
}

size_t elf_symbols__size(const struct elf_symbols *symbols)
{
	if (!symbols)
		return 0;
	return sizeof(*symbols) + symbols->nr_functions * sizeof(*symbols->functions) +
	       symbols->names.capacity;
}

void elf_symbols__free(struct elf_symbols *symbols)
{
	if (!symbols)
		return;
	free(symbols->functions);
	buffer__free(&symbols->names);
	free(symbols);
}
