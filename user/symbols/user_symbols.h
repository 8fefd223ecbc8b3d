/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells where an address in a process lies: in which file, at which offset, and in which function.
 * This reads /proc/PID/maps and ELF files, and keeps some of them: see symbol_cache.h. Processes
 * of other users need CAP_SYS_PTRACE. CAP_CHECKPOINT_RESTORE in addition (before 5.9 CAP_SYS_ADMIN)
 * makes it possible to find files that are deleted or not below the process's root.
 */
#ifndef SYMBOLS_USER_SYMBOLS_H
#define SYMBOLS_USER_SYMBOLS_H

#include <stdbool.h>
#include <sys/types.h>
#include <linux/types.h>

#include "symbols/named_files.h"
#include "symbols/process.h"

struct user_symbols;

/* Strings may contain any bytes. They are terminated by NUL and valid until the next call. */
struct user_frame {
	/*
	 * The file's path in its mount namespace. If no file is mapped there, it is the kernel's
	 * label such as "[vdso]", or "[anonymous]". If nothing is mapped, or the process is gone,
	 * it is "[unknown]".
	 */
	const char *path;
	const char *module; /* the last component of path, or the whole label */
	/*
	 * With elf_address set, this is an address as the ELF file counts them and addr2line
	 * expects them. With anonymous set, it is the address itself. Else it is the offset in the
	 * file, or from the start of the mapping if no file is mapped, in bytes. It is 0 if nothing
	 * is mapped.
	 */
	__u64 offset;
	bool anonymous; /* memory that belongs to no file and has no label */
	bool elf_address;
	bool deleted;	     /* the file is no longer at this path, or never was (memfd) */
	const char *symbol;  /* not demangled; NULL if unknown */
	__u64 symbol_offset; /* bytes from the symbol's start */
};

/*
 * Return a new object, which the caller frees with user_symbols__free(), or NULL if out of memory.
 * proc is "/proc".
 */
struct user_symbols *user_symbols__new(const char *proc);

/*
 * Select the process whose addresses are looked up next. If exec_id is known, what is kept for this
 * identity is used. Else the maps are read each time, since the process may have executed another
 * program. Maps are read as they are now, so they should be read soon after the event in question.
 */
void user_symbols__select(struct user_symbols *symbols, const struct process_id *id);

/*
 * Describe an address of the selected process. This never fails. If the address is not mapped, the
 * maps are read again, since it may have been mapped later. This is done ever more rarely if it
 * finds nothing: garbage in stacks is common. See kernel_symbols__find() for return addresses.
 */
void user_symbols__find(struct user_symbols *symbols, __u64 address, struct user_frame *frame);

/*
 * The same for an offset in a file that the kernel has named, also if the selected process is gone.
 */
void user_symbols__find_named(struct user_symbols *symbols, struct named_file *file, __u64 offset,
			      struct user_frame *frame);

/*
 * The same for an address of which the kernel has said that it is in executable anonymous memory:
 * code that the selected process, of the user uid, has generated. See perf_map.h.
 */
void user_symbols__find_anonymous(struct user_symbols *symbols, __u64 address, uid_t uid,
				  struct user_frame *frame);

/* Free the object, which may be NULL. */
void user_symbols__free(struct user_symbols *symbols);

#endif /* SYMBOLS_USER_SYMBOLS_H */
