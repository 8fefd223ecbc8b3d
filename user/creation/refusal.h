/* SPDX-License-Identifier: GPL-2.0 */
/* What seccomp did in place of the kernel's function: the table bpf/shared/refusals.def as data. */
#ifndef CREATION_REFUSAL_H
#define CREATION_REFUSAL_H

#include "shared/wire.h"

/*
 * What is shown in place of a function where seccomp answered. No function is called so, and no
 * thread: a name of a thread is shorter.
 */
#define REFUSAL_FRAME "[answered-by-seccomp]"

/* The kernel function in which seccomp decides. */
#define REFUSAL_FUNCTION "__seccomp_filter"

/* Return the name in jsonl, or NULL if seccomp did nothing. */
const char *refusal__name(const struct wire_record *record);

/*
 * Return the name of the signal that was sent to the task, which then got no result of the call
 * (wire_record.ret is WIRE_NO_RESULT). Return NULL if the task got a result, whoever gave it.
 */
const char *refusal__signal(const struct wire_record *record);

#define REFUSAL_SENTENCE_SIZE 128

/*
 * Write who refused the call, or gave its result: "a seccomp filter refused it". at has room for
 * REFUSAL_SENTENCE_SIZE. Return where the text ends.
 */
char *refusal__put(char *at, const struct wire_record *record);

#endif /* CREATION_REFUSAL_H */
