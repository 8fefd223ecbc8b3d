/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The functions of one ELF file, and the addresses that its program headers give to its contents.
 */
#ifndef SYMBOLS_ELF_SYMBOLS_H
#define SYMBOLS_ELF_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>

struct elf_symbols;

/*
 * Read an ELF file of either class and byte order. The file is read by pread(), so it does no harm
 * if it is truncated meanwhile. The functions are those of .symtab, or of .dynsym if .symtab has
 * none. Of a file with more than 131,072 functions, 524,288 symbols or 16 MiB of names, those
 * that come later have no name. A file that is malformed has no functions. fd remains the caller's.
 * Return NULL if it is not an ELF file, or out of memory. The caller frees the result with
 * elf_symbols__free().
 */
struct elf_symbols *elf_symbols__read(int fd);

/*
 * Set *address to the address at which the ELF file places the byte at this file offset. This is
 * the address that nm, objdump and addr2line use. Return false if no program header loads that
 * byte.
 */
bool elf_symbols__address(const struct elf_symbols *symbols, __u64 file_offset, __u64 *address);

/*
 * Return the name of the function at such an address, and set *offset to the distance from its
 * start in bytes. Names may contain any bytes and live as long as symbols. Return NULL if there is
 * no function. If several names have the same address, the one with the fewest leading underscores
 * is chosen, then a global one before a weak and a local one, then the first in the alphabet.
 */
const char *elf_symbols__find(const struct elf_symbols *symbols, __u64 address, __u64 *offset);

/* Return how many bytes of memory the symbols take. symbols may be NULL. */
size_t elf_symbols__size(const struct elf_symbols *symbols);

/* Free the symbols, which may be NULL. */
void elf_symbols__free(struct elf_symbols *symbols);

#endif /* SYMBOLS_ELF_SYMBOLS_H */
