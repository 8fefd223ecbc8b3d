/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Find the mapping that an address of the current process lies in: FEATURE_MAPLE_TREE.
 *
 * This reads the kernel's tree without its lock, as lock_vma_under_rcu() does (mm/mmap_lock.c).
 * bpf_find_vma() takes the lock, and fails while another thread changes mappings; with interrupts
 * off, as in kprobes on arm64, it fails at each call but the first. A task that is alone in its
 * address space can't change its mappings here. Others may be changing them: what is found is true
 * only if mappings__is() says so before and after it is read.
 */
#ifndef MAPPINGS_BPF_H
#define MAPPINGS_BPF_H

#include "task.bpf.h"

#define MAX_RB_DEPTH	48 /* of a red-black tree of 2^24 mappings */
#define MAX_MAPLE_DEPTH 12 /* a node of a maple tree has 5 children or more */

/*
 * The root of a maple tree is a node if XA_NODE says so (include/linux/xarray.h). A pointer to a
 * node has the node's type in it, below its 256 bytes (include/linux/maple_tree.h,
 * lib/maple_tree.c).
 */
#define XA_NODE_BITS	       3
#define XA_NODE		       2
#define XA_LEAST_NODE	       4096 /* below are values that stand for no place in memory */
#define MAPLE_NODE_MASK	       255ULL
#define MAPLE_MAX_PIVOTS       15 /* of a node of any type */
#define MAPLE_PIVOTS_AT_A_TIME 8

/* enum maple_type: the nodes of both other types have the shape of range_64. */
#define MAPLE_LEAF_64	1
#define MAPLE_ARANGE_64 3

static __always_inline u32 mappings__node_type(u64 node)
{
	return node >> 3 & 15;
}

/* What both types of nodes have, as places in memory. */
struct maple_shape {
	u64 pivots;
	u64 slots;
	u32 nr_pivots;
};

static __always_inline struct maple_shape mappings__shape(u64 node)
{
	u64 place = node & ~MAPLE_NODE_MASK;

	if (mappings__node_type(node) == MAPLE_ARANGE_64)
		return (struct maple_shape){
			place + bpf_core_field_offset(struct maple_arange_64, pivot),
			place + bpf_core_field_offset(struct maple_arange_64, slot),
			bpf_core_field_size(struct maple_arange_64, pivot) / sizeof(u64),
		};
	return (struct maple_shape){
		place + bpf_core_field_offset(struct maple_range_64, pivot),
		place + bpf_core_field_offset(struct maple_range_64, slot),
		bpf_core_field_size(struct maple_range_64, pivot) / sizeof(u64),
	};
}

/*
 * The entry of a node for an address: a node below or, in a leaf, a struct vm_area_struct, or 0.
 * The pivots are the highest addresses of all entries but the last; a pivot of 0 ends them earlier.
 * They are read in two halves, since the stack is short.
 */
GLOBAL u64 mappings__child(u64 node, u64 address)
{
	u64 pivots[MAPLE_PIVOTS_AT_A_TIME] = {}, child = 0;
	struct maple_shape shape;
	u32 i, index = 0;

	if (!bpf_core_field_exists(struct mm_struct, mm_mt))
		return 0;
	shape = mappings__shape(node);
	NOT_UNROLLED
	for (i = 0; i < MAPLE_MAX_PIVOTS && i < shape.nr_pivots; i++) {
		index = i % MAPLE_PIVOTS_AT_A_TIME;
		if (!index)
			bpf_probe_read_kernel(pivots, sizeof(pivots),
					      (void *)(shape.pivots + i * sizeof(u64)));
		if (pivots[index] >= address || (i && !pivots[index]))
			break;
	}
	bpf_probe_read_kernel(&child, sizeof(child), (void *)(shape.slots + i * sizeof(u64)));
	return child;
}

static __always_inline u64 mappings__search_maple(struct mm_struct *mm, u64 address)
{
	u64 node = (u64)BPF_CORE_READ(mm, mm_mt.ma_root);
	u32 depth;

	if ((node & XA_NODE_BITS) != XA_NODE || node <= XA_LEAST_NODE)
		return 0;
	NOT_UNROLLED
	for (depth = 0; depth < MAX_MAPLE_DEPTH && node; depth++) {
		u64 child = mappings__child(node, address);

		if (mappings__node_type(node) <= MAPLE_LEAF_64)
			return child;
		node = child;
	}
	return 0;
}

static __always_inline u64 mappings__search_rb(struct mm_struct *mm, u64 address)
{
	struct rb_node *node = BPF_CORE_READ(mm, mm_rb.rb_node);
	u32 offset = bpf_core_field_offset(struct vm_area_struct, vm_rb);
	u32 depth;

	NOT_UNROLLED
	for (depth = 0; depth < MAX_RB_DEPTH && node; depth++) {
		struct vm_area_struct *vma = (void *)node - offset;

		if (BPF_CORE_READ(vma, vm_end) <= address)
			node = BPF_CORE_READ(node, rb_right);
		else if (BPF_CORE_READ(vma, vm_start) <= address)
			return (u64)vma;
		else
			node = BPF_CORE_READ(node, rb_left);
	}
	return 0;
}

/*
 * What seems to be the mapping of an address of the current task, in its address space mm, or NULL
 * if there seems to be none.
 */
static __always_inline struct vm_area_struct *mappings__find(struct mm_struct *mm, u64 address)
{
	if (bpf_core_field_exists(mm->mm_mt))
		return (struct vm_area_struct *)mappings__search_maple(mm, address);
	return (struct vm_area_struct *)mappings__search_rb(mm, address);
}

/* Whether a mapping is one of this address space, and contains the address. */
static __always_inline bool mappings__is(struct vm_area_struct *vma, struct mm_struct *mm,
					 u64 address)
{
	return BPF_CORE_READ(vma, vm_mm) == mm && BPF_CORE_READ(vma, vm_start) <= address &&
	       BPF_CORE_READ(vma, vm_end) > address;
}

#endif /* MAPPINGS_BPF_H */
