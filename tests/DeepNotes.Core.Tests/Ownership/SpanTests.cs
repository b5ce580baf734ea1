using System.Runtime.CompilerServices;
using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>A live span keeps its numbers: its memory is never handed to another tensor.</summary>
[Collection(MemoryCollection.Name)]
public class SpanTests
{
    private const int Count = 3000;

    [Fact]
    public void A_span_of_a_temporary_stays_right_through_collections_and_a_million_operations()
    {
        using var poison = new Poisoned();
        var span = Temporary(21);
        Churn(1_000_000, collectEvery: 100_000);
        Assert.Equal(-1, span.IndexOfAnyExcept(42f));
    }

    [Fact]
    public void A_writable_span_and_a_tensor_span_of_a_temporary_stay_right()
    {
        using var poison = new Poisoned();
        var written = Written();
        var shaped = Tensor.Full([50, 60], 7).Mt.AsTensorSpan<float>();
        Churn(20_000, collectEvery: 2_000);
        Assert.Equal(-1, written.IndexOfAnyExcept(5f));
        Assert.Equal(60, shaped.Lengths[0]);
        foreach (float x in shaped) Assert.Equal(7f, x);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Span<float> Written()
        {
            var span = Tensor.Zeros([Count]).AsWritableSpan<float>();
            span.Fill(5);
            return span;
        }
    }

    [Fact]
    public void Memory_that_was_shown_is_not_reused_after_its_scope()
    {
        using var poison = new Poisoned();
        ReadOnlySpan<float> shown;
        using (new TensorScope()) shown = Temporary(1.5);
        for (int i = 0; i < 1000; i++)
        {
            var other = Tensor.Full([Count], i);
            Assert.False(Unsafe.AreSame(in shown[0], in other.AsSpan<float>()[0]));
            using var scope = new TensorScope();
            _ = Tensor.Full([Count], -1);
        }
        Assert.Equal(-1, shown.IndexOfAnyExcept(3f));
    }

    [Fact]
    public void Memory_that_was_not_shown_is_reused_after_its_scope()
    {
        nint address;
        using (new TensorScope()) address = Address(Tensor.Zeros([5_000_000]));
        Assert.Equal(address, Address(Tensor.Zeros([5_000_000])));
    }

    private static unsafe nint Address(Tensor t) => (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref t.FirstByte);

    [Fact]
    public void A_span_shown_on_one_thread_survives_a_scope_that_ends_on_another()
    {
        using var poison = new Poisoned();
        for (int round = 0; round < 300; round++)
        {
            Tensor? shared = null;
            bool isOpen = true, isRight = true;
            var reader = new Thread(() =>
            {
                while (Volatile.Read(ref shared) is null) Thread.SpinWait(1);
                try
                {
                    var span = shared!.AsSpan<float>();
                    while (Volatile.Read(ref isOpen)) Thread.SpinWait(10);
                    isRight = span.IndexOfAnyExcept(9f) < 0;
                }
                catch (ObjectDisposedException)
                {
                    // The scope was faster.
                }
            });
            reader.Start();
            using (new TensorScope())
            {
                Volatile.Write(ref shared, Tensor.Full([Count], 9));
                Thread.SpinWait(round * 5);
            }
            _ = Tensor.Full([Count], -1);
            Volatile.Write(ref isOpen, false);
            reader.Join();
            Assert.True(isRight);
        }
    }

    [Fact]
    public void A_span_of_another_element_type_is_refused()
    {
        var x = Tensor.Zeros([4]);
        Assert.Throws<DTypeException>(() => { x.AsSpan<double>(); });
        Assert.Throws<DTypeException>(() => { x.AsWritableSpan<int>(); });
        Assert.Throws<DTypeException>(() => { x.AsTensorSpan<double>(); });
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReadOnlySpan<float> Temporary(double half) => (Tensor.Full([Count], half) * 2).AsSpan<float>();

    private static void Churn(int operations, int collectEvery)
    {
        var x = Tensor.Ones([1100]);
        for (int i = 1; i <= operations; i++)
        {
            _ = i % 50 == 0 ? Tensor.Full([Count], i) : x + x;
            if (i % collectEvery != 0) continue;
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
