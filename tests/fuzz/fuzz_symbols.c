// SPDX-License-Identifier: GPL-2.0
/*
 * Any bytes as what names are read from: kallsyms, the maps of a process, an ELF file, mountinfo.
 * The first byte says which. For libFuzzer, AFL++ or smoke_symbols.c; the sanitizers find what is
 * wrong.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "symbols/cgroup_paths.h"
#include "symbols/elf_symbols.h"
#include "symbols/kernel_symbols.h"
#include "symbols/process_maps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* How many inputs of each kind had something in them. */
unsigned long fuzz_symbols_found[4];

/* Addresses all over the range, most of them near those of the seeds. */
static uint64_t address_number(uint64_t number, uint64_t base)
{
	return number & 1 ? base + number * 0x33 : number << (number % 57);
}

static size_t use_kernel_symbols(const char *path)
{
	struct kernel_symbol_address wanted[] = { { .name = "net_families" }, { .name = "a" } };
	struct kernel_symbols *symbols;
	struct kernel_symbol symbol;
	const char *reason = NULL;
	size_t found = 0;
	uint64_t i;

	symbols = kernel_symbols__read(path, wanted, 2, &reason);
	if (!symbols)
		return strlen(reason) == 0; /* there always is one */
	for (i = 0; i < 200; i++) {
		if (kernel_symbols__find(symbols, address_number(i, 0xffffffff81000000), &symbol))
			found += strlen(symbol.name) + (symbol.module ? strlen(symbol.module) : 0) +
				 1;
	}
	kernel_symbols__refresh(symbols, &reason);
	kernel_symbols__free(symbols);
	return found;
}

static size_t use_maps(int fd)
{
	const struct process_mapping *mapping;
	struct process_maps maps = {};
	size_t found = 0;
	uint64_t i;

	process_maps__read(&maps, fd);
	for (i = 0; i < 200; i++) {
		mapping = process_maps__find(&maps, address_number(i, 0x400000));
		if (mapping)
			found += strlen(maps.paths.data + mapping->path) + 1;
	}
	process_maps__free(&maps);
	return found;
}

static size_t use_elf(int fd)
{
	struct elf_symbols *symbols = elf_symbols__read(fd);
	uint64_t i, address, offset;
	const char *name;
	size_t found = 0;

	if (!symbols)
		return 0;
	for (i = 0; i < 200; i++) {
		if (elf_symbols__address(symbols, i * 0x100, (__u64 *)&address))
			found++;
		name = elf_symbols__find(symbols, address_number(i, 0x405000), (__u64 *)&offset);
		found += name ? strlen(name) : 0;
	}
	elf_symbols__free(symbols);
	return found;
}

static size_t use_mountinfo(const char *path)
{
	struct cgroup_paths *paths = cgroup_paths__open(path);

	cgroup_paths__close(paths);
	return paths != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t found = 0;
	char path[64];
	int fd, kind;

	if (!size)
		return 0;
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)(size - 1) ||
	    lseek(fd, 0, SEEK_SET))
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	kind = data[0] % 4;
	switch (kind) {
	case 0:
		found = use_kernel_symbols(path);
		break;
	case 1:
		found = use_maps(fd);
		break;
	case 2:
		found = use_elf(fd);
		break;
	case 3:
		found = use_mountinfo(path);
		break;
	}
	fuzz_symbols_found[kind] += found != 0;
	close(fd);
	return 0;
}
