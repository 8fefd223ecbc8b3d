// SPDX-License-Identifier: GPL-2.0
/* Tests what is kept of processes and files, and what hostile ones can make the tool read. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <elf.h>

#include "symbols/symbol_cache.h"

#define MIB (1UL << 20)

/* Where the parts of the hostile file are, and how large its header says they are. */
#define TABLE_OFFSET   MIB
#define TABLE_SIZE     (100 * MIB)
#define STRINGS_OFFSET (200 * MIB)
#define STRINGS_SIZE   (100 * MIB)

/* Return how many bytes this process has read. */
static unsigned long bytes_read(void)
{
	FILE *file = fopen("/proc/self/io", "re");
	unsigned long bytes = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "rchar: %lu", &bytes), 1);
	fclose(file);
	return bytes;
}

/*
 * Make a file that has nr functions, all with the same long name, and says that it has many more.
 * Their addresses differ if step is not 0.
 */
static int make_hostile(size_t nr, unsigned long step)
{
	Elf64_Ehdr header = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT },
		.e_type = ET_DYN,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_shoff = sizeof(Elf64_Ehdr),
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = 3,
	};
	Elf64_Shdr sections[3] = {
		[1] = { .sh_type = SHT_SYMTAB,
			.sh_offset = TABLE_OFFSET,
			.sh_size = TABLE_SIZE,
			.sh_link = 2,
			.sh_entsize = sizeof(Elf64_Sym) },
		[2] = { .sh_type = SHT_STRTAB,
			.sh_offset = STRINGS_OFFSET,
			.sh_size = STRINGS_SIZE },
	};
	Elf64_Sym *table = calloc(nr, sizeof(*table));
	char name[4000];
	int fd = memfd_create("hostile", MFD_CLOEXEC);
	size_t i;

	assert_true(fd >= 0 && table);
	assert_int_equal(ftruncate(fd, STRINGS_OFFSET + STRINGS_SIZE), 0);
	for (i = 0; i < nr; i++)
		table[i] = (Elf64_Sym){ .st_name = 1,
					.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
					.st_shndx = 1,
					.st_value = (nr - i) * step,
					.st_size = 1 };
	memset(name, 'a', sizeof(name));
	assert_int_equal(pwrite(fd, &header, sizeof(header), 0), sizeof(header));
	assert_int_equal(pwrite(fd, sections, sizeof(sections), sizeof(header)), sizeof(sections));
	assert_int_equal(pwrite(fd, table, nr * sizeof(*table), TABLE_OFFSET), nr * sizeof(*table));
	assert_int_equal(pwrite(fd, name, sizeof(name), STRINGS_OFFSET + 1), sizeof(name));
	free(table);
	return fd;
}

/* What is read of a file is bounded by the code, not by what the file says. */
static void reads_little_of_a_hostile_file(void **state)
{
	static const unsigned long steps[] = { 0, 1, 1UL << 40 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		int fd = make_hostile(1 << 21, steps[i]);
		unsigned long before = bytes_read();
		struct elf_symbols *symbols = elf_symbols__read(fd);
		__u64 offset;

		assert_non_null(symbols);
		assert_true(bytes_read() - before <= 29 * MIB);
		assert_true(elf_symbols__size(symbols) <= 17 * MIB);
		/* Where functions are left out, none is taken for another. */
		assert_null(elf_symbols__find(symbols, UINT64_MAX / 2, &offset));
		elf_symbols__free(symbols);
		close(fd);
	}
}

static void finds_functions_in_whichever_order_they_are(void **state)
{
	int fd = make_hostile(1000, 1UL << 40);
	struct elf_symbols *symbols = elf_symbols__read(fd);
	__u64 offset;
	size_t i;

	(void)state;
	for (i = 1; i <= 1000; i++) {
		assert_non_null(elf_symbols__find(symbols, i << 40, &offset));
		assert_int_equal(offset, 0);
		assert_null(elf_symbols__find(symbols, (i << 40) + 1, &offset));
	}
	elf_symbols__free(symbols);
	close(fd);
}

static struct cached_file *load(struct symbol_cache *cache, int fd, ino_t inode)
{
	const struct stat status = { .st_ino = inode };

	return symbol_cache__load(cache, fd, &status);
}

static void forgets_what_was_used_least_recently(void **state)
{
	struct symbol_cache *cache = calloc(1, sizeof(*cache));
	int fd = make_hostile(1000, 1);
	__u64 first, second;
	size_t size;

	(void)state;
	cache->memory = 64 * MIB;
	first = load(cache, fd, 1)->number;
	size = symbol_cache__size(cache);
	cache->memory = 2 * size + size / 2;
	second = load(cache, fd, 2)->number;
	assert_non_null(symbol_cache__file(cache, first)); /* used later than the second one */
	load(cache, fd, 3);
	assert_true(symbol_cache__size(cache) <= cache->memory);
	assert_null(symbol_cache__file(cache, second));
	assert_non_null(symbol_cache__file(cache, first));
	/* One that takes more than all may is kept alone. */
	cache->memory = size / 2;
	load(cache, fd, 4);
	assert_int_equal(symbol_cache__size(cache), size);
	assert_null(symbol_cache__file(cache, first));
	symbol_cache__free(cache);
	free(cache);
	close(fd);
}

static void counts_the_maps_of_processes(void **state)
{
	struct symbol_cache *cache = calloc(1, sizeof(*cache));
	const struct process_id one = { 1, 1, 1 }, other = { 2, 1, 1 };
	struct cached_process *process = symbol_cache__process(cache, &one);
	int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t size;

	(void)state;
	assert_int_equal(process_maps__read(&process->maps, maps), 0);
	size = symbol_cache__size(cache);
	assert_true(size >= process->maps.nr_mappings * sizeof(struct process_mapping));
	cache->memory = size / 2;
	symbol_cache__shrink(cache);
	assert_int_equal(symbol_cache__size(cache), size); /* it is in use */
	symbol_cache__process(cache, &other);
	symbol_cache__shrink(cache);
	assert_int_equal(symbol_cache__size(cache), 0);
	close(maps);
	symbol_cache__free(cache);
	free(cache);
}

/* Make the text of a process's maps: so many executable mappings with paths of this size. */
static int make_maps(size_t nr, int path_size)
{
	int fd = memfd_create("maps", MFD_CLOEXEC);
	FILE *file = fdopen(dup(fd), "w");
	size_t i;

	assert_non_null(file);
	for (i = 1; i <= nr; i++)
		fprintf(file, "%zx000-%zx800 r-xp 0 8:1 5 /%0*d\n", i, i, path_size, 0);
	fclose(file);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

static void reads_little_of_many_mappings(void **state)
{
	static const struct {
		size_t nr;
		int path_size;
	} cases[] = { { 100000, 10 }, { 32000, 4000 } };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int fd = make_maps(cases[i].nr, cases[i].path_size);
		unsigned long before = bytes_read();
		struct process_maps maps = {};

		assert_int_equal(process_maps__read(&maps, fd), 0);
		assert_true(bytes_read() - before <= 9 * MIB);
		assert_true(maps.nr_mappings > 1000 && maps.nr_mappings <= 32768);
		assert_true(process_maps__size(&maps) <= 20 * MIB);
		assert_non_null(process_maps__find(&maps, 0x1000));
		process_maps__free(&maps);
		close(fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_little_of_a_hostile_file),
		cmocka_unit_test(finds_functions_in_whichever_order_they_are),
		cmocka_unit_test(forgets_what_was_used_least_recently),
		cmocka_unit_test(counts_the_maps_of_processes),
		cmocka_unit_test(reads_little_of_many_mappings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
