/*
 * The red-black tree of a task's regions, ordered by their start. The rules: the root is black, a red
 * node has black children, every way from the root down to a missing child passes the same number
 * of black nodes. So no way is more than twice as long as another. Child 0 is left, 1 right; what
 * holds for one side is written once.
 */

#include <stddef.h>

#include <linux/mm.h>

typedef struct vm_area_struct node_t;

static int is_red(const node_t *node)
{
	return node && node->rb_red;
}

/* The side on which a child hangs. */
static int side_of(const node_t *child)
{
	return child->rb_parent->rb_child[1] == child;
}

/* Puts `node`, which may be missing, into the place of `old`. */
static void replace(node_t **root, node_t *old, node_t *node)
{
	if (!old->rb_parent)
		*root = node;
	else
		old->rb_parent->rb_child[side_of(old)] = node;
	if (node)
		node->rb_parent = old->rb_parent;
}

/* Moves `top` down to `side`; its child of the other side takes its place. */
static void rotate(node_t **root, node_t *top, int side)
{
	node_t *riser = top->rb_child[!side];

	replace(root, top, riser);
	top->rb_child[!side] = riser->rb_child[side];
	if (top->rb_child[!side])
		top->rb_child[!side]->rb_parent = top;
	riser->rb_child[side] = top;
	top->rb_parent = riser;
}

/* Two red nodes in a row: recolours upwards, or rotates and is done. */
static void repair_after_insert(node_t **root, node_t *node)
{
	node_t *parent, *uncle, *grandparent;
	int side;

	while (is_red(parent = node->rb_parent)) {
		grandparent = parent->rb_parent;
		side = side_of(parent);
		uncle = grandparent->rb_child[!side];
		if (is_red(uncle)) {
			parent->rb_red = uncle->rb_red = 0;
			grandparent->rb_red = 1;
			node = grandparent;
			continue;
		}
		if (side_of(node) != side) {
			rotate(root, parent, side);
			parent = node;
		}
		parent->rb_red = 0;
		grandparent->rb_red = 1;
		rotate(root, grandparent, !side);
		break;
	}
	(*root)->rb_red = 0;
}

void rb_insert(node_t **root, node_t *node)
{
	node_t **place = root, *parent = NULL;

	while (*place) {
		parent = *place;
		place = &parent->rb_child[node->vm_start > parent->vm_start];
	}
	node->rb_child[0] = node->rb_child[1] = NULL;
	node->rb_parent = parent;
	node->rb_red = 1;
	*place = node;
	repair_after_insert(root, node);
}

/* One black node is missing on `side` of parent, where `node`, or nothing, hangs. */
static void repair_after_remove(node_t **root, node_t *node, node_t *parent, int side)
{
	node_t *sibling;

	while (parent && !is_red(node)) {
		sibling = parent->rb_child[!side];
		if (sibling->rb_red) {
			sibling->rb_red = 0;
			parent->rb_red = 1;
			rotate(root, parent, side);
			continue;
		}
		if (!is_red(sibling->rb_child[0]) && !is_red(sibling->rb_child[1])) {
			sibling->rb_red = 1;
			node = parent;
			parent = node->rb_parent;
			side = parent ? side_of(node) : 0;
			continue;
		}
		if (!is_red(sibling->rb_child[!side])) {
			sibling->rb_child[side]->rb_red = 0;
			sibling->rb_red = 1;
			rotate(root, sibling, !side);
			sibling = parent->rb_child[!side];
		}
		sibling->rb_red = parent->rb_red;
		parent->rb_red = 0;
		sibling->rb_child[!side]->rb_red = 0;
		rotate(root, parent, side);
		return;
	}
	if (node)
		node->rb_red = 0;
}

/* A node with two children changes places with its successor first, which has no left one. */
static void take_place_of(node_t **root, node_t *node, node_t *successor)
{
	unsigned long red = node->rb_red;

	replace(root, node, successor);
	successor->rb_child[0] = node->rb_child[0];
	successor->rb_child[1] = node->rb_child[1];
	successor->rb_child[0]->rb_parent = successor;
	if (successor->rb_child[1])
		successor->rb_child[1]->rb_parent = successor;
	successor->rb_red = red;
}

void rb_remove(node_t **root, node_t *node)
{
	node_t *leaving = node, *child, *parent;
	unsigned long was_red;
	int side;

	if (node->rb_child[0] && node->rb_child[1])
		for (leaving = node->rb_child[1]; leaving->rb_child[0];)
			leaving = leaving->rb_child[0];
	child = leaving->rb_child[!leaving->rb_child[0]];
	was_red = leaving->rb_red;
	parent = leaving->rb_parent;
	side = parent ? side_of(leaving) : 0;
	replace(root, leaving, child);
	if (leaving != node) {
		take_place_of(root, node, leaving);
		if (parent == node)
			parent = leaving;
	}
	if (!was_red)
		repair_after_remove(root, child, parent, side);
}
