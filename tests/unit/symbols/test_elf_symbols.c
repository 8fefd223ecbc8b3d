// SPDX-License-Identifier: GPL-2.0
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "fixtures/elf_file.h"
#include "symbols/elf_symbols.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

#define TEXT ELF_FILE_TEXT_ADDRESS

static const struct elf_file_symbol functions[] = {
	{ "second", TEXT + 0x20, 0x10, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "first", TEXT, 0x18, STT_FUNC, STB_LOCAL, ELF_FILE_TEXT },
	{ "data", TEXT + 0x8, 8, STT_OBJECT, STB_GLOBAL, ELF_FILE_TEXT },
	{ "label", TEXT + 0x4, 8, STT_NOTYPE, STB_GLOBAL, ELF_FILE_TEXT },
	{ "imported", TEXT + 0x4, 8, STT_FUNC, STB_GLOBAL, SHN_UNDEF },
	{ "absolute", TEXT + 0x4, 8, STT_FUNC, STB_GLOBAL, SHN_ABS },
	{ "", TEXT + 0x4, 8, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "resolver", TEXT + 0x30, 0x10, STT_GNU_IFUNC, STB_GLOBAL, ELF_FILE_TEXT },
	/* One function contains another. */
	{ "outer", TEXT + 0x40, 0x20, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "inner", TEXT + 0x48, 0x4, STT_FUNC, STB_LOCAL, ELF_FILE_TEXT },
	/* These come from assembly, some without a size. The section ends at 0x100. */
	{ "unsized", TEXT + 0x80, 0, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "sized", TEXT + 0x90, 0x8, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "unsized_last", TEXT + 0xe0, 0, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	/* These are aliases. */
	{ "__libc_socket", TEXT + 0x60, 0x8, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "socket", TEXT + 0x60, 0x8, STT_FUNC, STB_WEAK, ELF_FILE_TEXT },
	{ "_socket", TEXT + 0x60, 0x8, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "aa_local", TEXT + 0x68, 0x8, STT_FUNC, STB_LOCAL, ELF_FILE_TEXT },
	{ "ab_weak", TEXT + 0x68, 0x8, STT_FUNC, STB_WEAK, ELF_FILE_TEXT },
	{ "ad_global", TEXT + 0x68, 0x8, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
	{ "ac_global", TEXT + 0x68, 0x8, STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT },
};

static const struct elf_file plain = { ELFCLASS64, ELFDATA2LSB, SHT_SYMTAB, functions,
				       NR(functions) };

static int make_file(const struct elf_file *file)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	assert_true(fd >= 0);
	if (!elf_file__write(fd, file))
		fail_msg("libelf: %s", elf_errmsg(-1));
	return fd;
}

static struct elf_symbols *read_file(const struct elf_file *file)
{
	int fd = make_file(file);
	struct elf_symbols *symbols = elf_symbols__read(fd);

	close(fd);
	assert_non_null(symbols);
	return symbols;
}

/* name is NULL if there is no function at the address. */
static void expect(const struct elf_symbols *symbols, __u64 address, const char *name, __u64 offset)
{
	__u64 found_offset = 0;
	const char *found = elf_symbols__find(symbols, address, &found_offset);

	if ((found != NULL) != (name != NULL) || (name && strcmp(found, name)))
		fail_msg("%llx is in %s", address, found ? found : "none");
	if (name)
		assert_int_equal(found_offset, offset);
}

static void expect_functions(const struct elf_symbols *symbols)
{
	expect(symbols, 0, NULL, 0);
	expect(symbols, TEXT - 1, NULL, 0);
	expect(symbols, TEXT, "first", 0);
	expect(symbols, TEXT + 0x17, "first", 0x17);
	expect(symbols, TEXT + 0x18, NULL, 0);
	expect(symbols, TEXT + 0x20, "second", 0);
	expect(symbols, TEXT + 0x31, "resolver", 1);
	expect(symbols, TEXT + 0x47, "outer", 7);
	expect(symbols, TEXT + 0x4b, "inner", 3);
	expect(symbols, TEXT + 0x4c, "outer", 0xc);
	expect(symbols, TEXT + 0x8f, "unsized", 0xf);
	expect(symbols, TEXT + 0x97, "sized", 7);
	expect(symbols, TEXT + 0x98, NULL, 0);
	expect(symbols, TEXT + 0xff, "unsized_last", 0x1f);
	expect(symbols, TEXT + 0x100, NULL, 0);
	expect(symbols, UINT64_MAX, NULL, 0);
}

static void finds_functions(void **state)
{
	static const int classes[] = { ELFCLASS64, ELFCLASS32 };
	static const int encodings[] = { ELFDATA2LSB, ELFDATA2MSB };
	static const unsigned int tables[] = { SHT_SYMTAB, SHT_DYNSYM };
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		struct elf_file file = plain;
		struct elf_symbols *symbols;

		file.class = classes[i & 1];
		file.encoding = encodings[i >> 1 & 1];
		file.table = tables[i >> 2];
		symbols = read_file(&file);
		expect_functions(symbols);
		elf_symbols__free(symbols);
	}
}

static void chooses_among_aliases(void **state)
{
	struct elf_symbols *symbols = read_file(&plain);

	(void)state;
	expect(symbols, TEXT + 0x61, "socket", 1);
	expect(symbols, TEXT + 0x69, "ac_global", 1);
	elf_symbols__free(symbols);
}

static void counts_addresses_as_the_file_does(void **state)
{
	struct elf_symbols *symbols = read_file(&plain);
	__u64 address = 1;

	(void)state;
	assert_true(elf_symbols__address(symbols, ELF_FILE_TEXT_OFFSET, &address));
	assert_int_equal(address, TEXT);
	assert_true(elf_symbols__address(symbols, ELF_FILE_TEXT_OFFSET + ELF_FILE_TEXT_SIZE - 1,
					 &address));
	assert_int_equal(address, TEXT + ELF_FILE_TEXT_SIZE - 1);
	assert_false(elf_symbols__address(symbols, ELF_FILE_TEXT_OFFSET - 1, &address));
	assert_false(
		elf_symbols__address(symbols, ELF_FILE_TEXT_OFFSET + ELF_FILE_TEXT_SIZE, &address));
	assert_false(elf_symbols__address(symbols, UINT64_MAX, &address));
	elf_symbols__free(symbols);
}

static void takes_files_without_functions(void **state)
{
	struct elf_file file = plain;
	struct elf_symbols *symbols;
	__u64 address;

	(void)state;
	file.nr_symbols = 0;
	symbols = read_file(&file);
	expect(symbols, TEXT, NULL, 0);
	assert_true(elf_symbols__address(symbols, ELF_FILE_TEXT_OFFSET, &address));
	elf_symbols__free(symbols);
}

static void turns_other_files_away(void **state)
{
	int fd = memfd_create("text", MFD_CLOEXEC);
	int folder = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_null(elf_symbols__read(fd));
	assert_int_equal(write(fd, "#!/bin/sh\nexit 0\n", 17), 17);
	assert_null(elf_symbols__read(fd));
	assert_null(elf_symbols__read(folder));
	assert_null(elf_symbols__read(-1));
	elf_symbols__free(NULL);
	close(folder);
	close(fd);
}

/* Look up every address, so that the sanitizers find errors. */
static void use(int fd)
{
	struct elf_symbols *symbols = elf_symbols__read(fd);
	__u64 address, offset;
	const char *name;
	size_t length = 0;

	if (!symbols)
		return;
	for (address = TEXT - 8; address < TEXT + 0x110; address += 8) {
		name = elf_symbols__find(symbols, address, &offset);
		length += name ? strlen(name) : 0;
		elf_symbols__address(symbols, address, &offset);
	}
	assert_true(length < 1000000);
	elf_symbols__free(symbols);
}

static void survives_truncation(void **state)
{
	int fd = make_file(&plain);
	off_t size = lseek(fd, 0, SEEK_END);

	(void)state;
	assert_true(size > 1000);
	for (; size >= 0; size--) {
		assert_int_equal(ftruncate(fd, size), 0);
		use(fd);
	}
	close(fd);
}

/* Each byte of the headers and tables in turn gets values that are likely to do harm. */
static void survives_damage(void **state)
{
	static const unsigned char values[] = { 0, 1, 0x7f, 0x80, 0xff };
	int fd = make_file(&plain);
	off_t size = lseek(fd, 0, SEEK_END), at;
	unsigned char byte;
	size_t i;

	(void)state;
	for (at = 0; at < size; at++) {
		assert_int_equal(pread(fd, &byte, 1, at), 1);
		for (i = 0; i < NR(values); i++) {
			assert_int_equal(pwrite(fd, &values[i], 1, at), 1);
			use(fd);
		}
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
}

/* A name that is not terminated, or far too long, is ignored. */
static void leaves_out_endless_names(void **state)
{
	static struct elf_file_symbol many[2000];
	struct elf_file file = plain;
	struct elf_symbols *symbols;
	static char name[4200];
	size_t i;

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	for (i = 0; i < NR(many); i++)
		many[i] = (struct elf_file_symbol){ "f",      TEXT + i,	  1,
						    STT_FUNC, STB_GLOBAL, ELF_FILE_TEXT };
	many[7].name = name; /* no function can have a name of that length */
	file.symbols = many;
	file.nr_symbols = NR(many);
	symbols = read_file(&file);
	expect(symbols, TEXT + 6, "f", 0);
	expect(symbols, TEXT + 7, NULL, 0);
	elf_symbols__free(symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_functions),
		cmocka_unit_test(chooses_among_aliases),
		cmocka_unit_test(counts_addresses_as_the_file_does),
		cmocka_unit_test(takes_files_without_functions),
		cmocka_unit_test(turns_other_files_away),
		cmocka_unit_test(survives_truncation),
		cmocka_unit_test(survives_damage),
		cmocka_unit_test(leaves_out_endless_names),
	};

	return cmocka_run_group_tests_name("elf_symbols", tests, NULL, NULL);
}
