/* SPDX-License-Identifier: GPL-2.0 */
/* The programs of the proof that probes fire: see proof.h. */
#ifndef PROBE_PROOF_PROGRAMS_H
#define PROBE_PROOF_PROGRAMS_H

#include "probe/objects.h"
#include "shared/proof.h"

/*
 * The program that proves a way, in the object that has it: that of kprobe.multi, or the fentry
 * object for the others. NULL if the object is another one.
 */
struct bpf_program *proof_programs__find(struct bpf_object *object, enum proof proof);

/*
 * Select those that are loaded with an object: that of fentry only if by_fentry is set, and none if
 * wanted is not.
 */
void proof_programs__pick(struct bpf_object *object, enum object_kind kind, bool wanted,
			  bool by_fentry);

#endif /* PROBE_PROOF_PROGRAMS_H */
