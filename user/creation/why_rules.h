/* SPDX-License-Identifier: GPL-2.0 */
/* The table of what errors mean in which function. */
#ifndef CREATION_WHY_RULES_H
#define CREATION_WHY_RULES_H

#include <stdbool.h>

#include "creation/tree.h"

/* Reasons of which more can be told than the sentence. */
#define NOT_REGISTERED "the family is not registered"
#define NO_DESCRIPTOR  "no descriptor is left"
#define DENIED_BY_LSM  "a security module (LSM) denied it" /* or begins so */

/* Says where and when a sentence is true. */
struct rule {
	enum stage stage;
	int error; /* positive, or ANY_ERROR */
	bool (*applies)(const struct tree *tree, int span);
	const char *reason;
	__u64 needs; /* STAGE_BIT()s of stages that must be observed: their absence is evidence */
};

/* Return the first rule that applies to the failed span, or NULL if the reason is not known. */
const struct rule *why_rules__find(const struct tree *tree, int span);

/*
 * Return the errno of a failed span: its own if it has one, because a caller may have replaced it
 * by another, else that of the creation.
 */
int why_rules__error(const struct tree *tree, int span);

#endif /* CREATION_WHY_RULES_H */
