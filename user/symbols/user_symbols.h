/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where an address in a process lies: in which file, where in that, and in which function. Reads
 * /proc/PID/maps and ELF files, and keeps the last 256 processes and 64 files. For processes of
 * other users it needs CAP_SYS_PTRACE; with CAP_CHECKPOINT_RESTORE (before 5.9 CAP_SYS_ADMIN), too,
 * files are found that are deleted or not below the process's root.
 */
#ifndef SYMBOLS_USER_SYMBOLS_H
#define SYMBOLS_USER_SYMBOLS_H

#include <stdbool.h>
#include <linux/types.h>

#include "symbols/process.h"

struct user_symbols;

/* Strings may be any bytes. They are NUL-terminated and valid until the next call. */
struct user_frame {
	/*
	 * The file's path in its mount namespace. If no file is mapped there, the kernel's label
	 * such as "[vdso]", or "[anonymous]"; if nothing is mapped, or the process is gone,
	 * "[unknown]".
	 */
	const char *path;
	const char *module; /* the last component of path, or the whole label */
	/*
	 * With elf_address set the address in the ELF file's own count, as addr2line takes it. Else
	 * bytes from the file's start; where no file is mapped from the mapping's start; 0 where
	 * nothing is mapped.
	 */
	__u64 offset;
	bool elf_address;
	bool deleted;	     /* the file is not at this path anymore, or never was (memfd) */
	const char *symbol;  /* not demangled; NULL if not known */
	__u64 symbol_offset; /* bytes from the symbol's start */
};

/* proc is "/proc". NULL if out of memory. */
struct user_symbols *user_symbols__new(const char *proc);

/*
 * Says whose addresses are looked up next. With exec_id known, what is kept of this identity is
 * used; else the maps are read each time, since the process may have executed another program.
 * What is read is what the process has mapped now: the later that is, the less it says about then.
 */
void user_symbols__select(struct user_symbols *symbols, const struct process_id *id);

/*
 * Describes an address of the selected process; never fails. An address that is not mapped has the
 * maps read anew, for what was mapped since, but ever more rarely if that finds nothing: garbage
 * in stacks is common. For a return address see kernel_symbols__find().
 */
void user_symbols__find(struct user_symbols *symbols, __u64 address, struct user_frame *frame);

/* symbols may be NULL. */
void user_symbols__free(struct user_symbols *symbols);

#endif /* SYMBOLS_USER_SYMBOLS_H */
