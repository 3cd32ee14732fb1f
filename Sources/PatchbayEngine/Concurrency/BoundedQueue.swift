/// A queue with a limit: who puts waits while it is full, who takes waits while it is empty.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct Content {
        var elements: [Element] = []
        var isClosed = false
    }
    private let content = Monitor(Content())
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }

    /// Appends; false when the queue was closed.
    func put(_ element: Element) -> Bool {
        content.wait(until: { $0.elements.count < capacity || $0.isClosed }) { content in
            if content.isClosed { return false }
            content.elements.append(element)
            return true
        }
    }

    /// The oldest element; nil once the queue is closed and empty.
    func take() -> Element? {
        content.wait(until: { !$0.elements.isEmpty || $0.isClosed }) { content in
            content.elements.isEmpty ? nil : content.elements.removeFirst()
        }
    }

    /// The oldest element, if there is one now.
    func takeWaiting() -> Element? {
        content.update { $0.elements.isEmpty ? nil : $0.elements.removeFirst() }
    }

    /// No more will be put; what is in it can still be taken.
    func close() {
        content.update { $0.isClosed = true }
    }
}
