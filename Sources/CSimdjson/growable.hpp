#pragma once
#include <cstdint>
#include <cstdlib>
#include <cstring>

/// An array that grows and never throws; it keeps its memory.
template <typename T>
struct Growable {
    T *items = nullptr;
    uint32_t count = 0;
    uint32_t capacity = 0;

    Growable() = default;
    Growable(const Growable &) = delete;
    Growable &operator=(const Growable &) = delete;
    ~Growable() { std::free(items); }

    /// Makes room for `wanted` items in all; false when there is no memory.
    bool reserve(uint64_t wanted) {
        if (wanted <= capacity) return true;
        uint64_t size = capacity < 64 ? 64 : uint64_t(capacity) * 2;
        if (size < wanted) size = wanted;
        if (size > UINT32_MAX) return false;
        void *larger = std::realloc(static_cast<void *>(items), size_t(size) * sizeof(T));
        if (larger == nullptr) return false;
        items = static_cast<T *>(larger);
        capacity = uint32_t(size);
        return true;
    }

    bool append(const T &item) {
        if (count == capacity && !reserve(uint64_t(count) + 1)) return false;
        items[count++] = item;
        return true;
    }
};
