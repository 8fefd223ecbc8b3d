/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of a kernel's BTF that relocating the BPF programs takes (CO-RE).
 *
 * For each type that an object names, libbpf compares the name with those of all of the kernel's
 * types, of which there are more than 100,000. With the part it compares some hundreds.
 */
#ifndef KERNEL_CORE_BTF_H
#define KERNEL_CORE_BTF_H

struct btf;

/*
 * Write the types of the kernel that the programs name, and what is embedded in these, to a file in
 * memory. Pointers to further types point to void there, which makes no difference to relocation.
 * Types have other numbers than in the kernel's BTF. Return a descriptor of the file, which the
 * caller closes, or -1 and errno.
 */
int core_btf__make(const struct btf *kernel);

#endif /* KERNEL_CORE_BTF_H */
