package io.actd.watch;

import com.google.protobuf.ByteString;
import io.actd.mvcc.KeyRange;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values by range of keys, found by a key inside the range: O(log n + hits), single keys O(1). Not thread-safe while it
 * changes; any number of threads may search one that changes no more.
 */
final class KeyRangeMap<V> {
    /*
     * Single keys are in a hash map. Real ranges are in a treap ordered by (start, end); each node knows the highest end
     * below it, so a search leaves out every subtree that ends before the key. Priorities are a hash of a counter:
     * the shape depends on the history of calls only, never on chance.
     */
    private static final Comparator<ByteString> ORDER = ByteString.unsignedLexicographicalComparator();

    private final Map<ByteString, V> singles = new HashMap<>();
    private @Nullable Node<V> root;
    private long inserted;
    private int ranges;

    /** A range; an {@code end} of null is no upper end. */
    private static final class Node<V> {
        final ByteString start;
        final @Nullable ByteString end;
        final long priority;
        final V value;

        @Nullable
        Node<V> left;

        @Nullable
        Node<V> right;
        /** Highest end in this subtree, null if one has none. */
        @Nullable
        ByteString highestEnd;

        Node(ByteString start, @Nullable ByteString end, long priority, V value) {
            this.start = start;
            this.end = end;
            this.priority = priority;
            this.value = value;
            this.highestEnd = end;
        }
    }

    int size() {
        return singles.size() + ranges;
    }

    boolean isEmpty() {
        return size() == 0;
    }

    /** The value of exactly this range, made if there is none. */
    V computeIfAbsent(KeyRange range, Supplier<V> make) {
        if (range.isSingle()) return singles.computeIfAbsent(range.key(), key -> make.get());
        var found = find(range.key(), endOf(range));
        if (found != null) return found.value;
        var value = make.get();
        root = insert(root, new Node<>(range.key(), endOf(range), mixed(inserted++), value));
        ranges++;
        return value;
    }

    /** Removes exactly this range; nothing happens if it is not there. */
    void remove(KeyRange range) {
        if (range.isSingle()) {
            singles.remove(range.key());
        } else if (find(range.key(), endOf(range)) != null) {
            root = removed(root, range.key(), endOf(range));
            ranges--;
        }
    }

    /** Visits the value of every range that contains the key. */
    void forEachContaining(ByteString key, Consumer<V> visitor) {
        var single = singles.get(key);
        if (single != null) visitor.accept(single);
        visit(root, key, visitor);
    }

    /** True if some range contains the key. */
    boolean covers(ByteString key) {
        return singles.containsKey(key) || covers(root, key);
    }

    private static <V> void visit(@Nullable Node<V> node, ByteString key, Consumer<V> visitor) {
        if (node == null || !isBelow(key, node.highestEnd)) return;
        visit(node.left, key, visitor);
        if (ORDER.compare(node.start, key) > 0) return;
        if (isBelow(key, node.end)) visitor.accept(node.value);
        visit(node.right, key, visitor);
    }

    private static <V> boolean covers(@Nullable Node<V> node, ByteString key) {
        if (node == null || !isBelow(key, node.highestEnd)) return false;
        if (covers(node.left, key)) return true;
        if (ORDER.compare(node.start, key) > 0) return false;
        return isBelow(key, node.end) || covers(node.right, key);
    }

    private @Nullable Node<V> find(ByteString start, @Nullable ByteString end) {
        var node = root;
        while (node != null) {
            int order = compare(start, end, node);
            if (order == 0) return node;
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    private static <V> Node<V> insert(@Nullable Node<V> tree, Node<V> added) {
        if (tree == null) return added;
        if (compare(added.start, added.end, tree) < 0) {
            tree.left = insert(tree.left, added);
            return tree.left.priority > tree.priority ? rotatedRight(tree, tree.left) : measured(tree);
        }
        tree.right = insert(tree.right, added);
        return tree.right.priority > tree.priority ? rotatedLeft(tree, tree.right) : measured(tree);
    }

    private static <V> @Nullable Node<V> removed(@Nullable Node<V> tree, ByteString start, @Nullable ByteString end) {
        if (tree == null) return null;
        int order = compare(start, end, tree);
        if (order == 0) return merged(tree.left, tree.right);
        if (order < 0) tree.left = removed(tree.left, start, end);
        else tree.right = removed(tree.right, start, end);
        return measured(tree);
    }

    /** One tree of two, everything in {@code low} being below everything in {@code high}. */
    private static <V> @Nullable Node<V> merged(@Nullable Node<V> low, @Nullable Node<V> high) {
        if (low == null) return high;
        if (high == null) return low;
        if (low.priority > high.priority) {
            low.right = merged(low.right, high);
            return measured(low);
        }
        high.left = merged(low, high.left);
        return measured(high);
    }

    private static <V> Node<V> rotatedRight(Node<V> tree, Node<V> left) {
        tree.left = left.right;
        left.right = measured(tree);
        return measured(left);
    }

    private static <V> Node<V> rotatedLeft(Node<V> tree, Node<V> right) {
        tree.right = right.left;
        right.left = measured(tree);
        return measured(right);
    }

    private static <V> Node<V> measured(Node<V> node) {
        var highest = node.end;
        if (node.left != null) highest = higher(highest, node.left.highestEnd);
        if (node.right != null) highest = higher(highest, node.right.highestEnd);
        node.highestEnd = highest;
        return node;
    }

    private static @Nullable ByteString higher(@Nullable ByteString a, @Nullable ByteString b) {
        if (a == null || b == null) return null;
        return ORDER.compare(a, b) >= 0 ? a : b;
    }

    private static boolean isBelow(ByteString key, @Nullable ByteString end) {
        return end == null || ORDER.compare(key, end) < 0;
    }

    private static <V> int compare(ByteString start, @Nullable ByteString end, Node<V> node) {
        int order = ORDER.compare(start, node.start);
        if (order != 0) return order;
        if (end == null || node.end == null) return Boolean.compare(end == null, node.end == null);
        return ORDER.compare(end, node.end);
    }

    private static @Nullable ByteString endOf(KeyRange range) {
        return range.isOpen() ? null : range.end();
    }

    /** Finalizer of SplitMix64: neighbouring numbers become unrelated ones. */
    private static long mixed(long number) {
        long z = (number + 1) * 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
