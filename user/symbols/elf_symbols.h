/* SPDX-License-Identifier: GPL-2.0 */
/* The functions of one ELF file, and where its program headers put the file's bytes. */
#ifndef SYMBOLS_ELF_SYMBOLS_H
#define SYMBOLS_ELF_SYMBOLS_H

#include <stdbool.h>
#include <linux/types.h>

struct elf_symbols;

/*
 * Reads an ELF file of either class and byte order by pread(), so that a file that is truncated
 * meanwhile does no harm. Functions are those of .symtab, or of .dynsym where that has none. A file
 * that is malformed or has unusually many (tables above 32 MiB, names above 64 MiB) has none. fd
 * stays the caller's. NULL if it is no ELF file, or out of memory. Freed by elf_symbols__free().
 */
struct elf_symbols *elf_symbols__read(int fd);

/*
 * The address that the byte at this offset in the file has in the ELF file's own count, which nm,
 * objdump and addr2line use. False if no program header loads it.
 */
bool elf_symbols__address(const struct elf_symbols *symbols, __u64 file_offset, __u64 *address);

/*
 * The function at such an address: its name (any bytes; as long as symbols) and the bytes from its
 * start. NULL if there is none. Of several names at one address it is the one with the fewest
 * leading underscores, then the global before the weak and the local, then the first in the
 * alphabet.
 */
const char *elf_symbols__find(const struct elf_symbols *symbols, __u64 address, __u64 *offset);

/* symbols may be NULL. */
void elf_symbols__free(struct elf_symbols *symbols);

#endif /* SYMBOLS_ELF_SYMBOLS_H */
