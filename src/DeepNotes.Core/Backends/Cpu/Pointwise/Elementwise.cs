using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>What one pass over memory computes from up to four inputs. The static members are constants to the compiler.</summary>
internal interface ILaneFunction
{
    static abstract int Inputs { get; }

    /// <summary>The first input is Bool and arrives as a mask.</summary>
    static virtual bool TakesMask => false;

    /// <summary>The result is a mask and is stored as Bool.</summary>
    static virtual bool GivesMask => false;

    /// <summary>Valid for integers as well.</summary>
    static abstract bool ForIntegers { get; }

    V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V>;
}

/// <summary>
/// One pass over memory for any elementwise function: any strides, broadcasting without a copy, vectors throughout (the
/// tail runs on a padded copy, so a result does not depend on its place), in pieces that depend on the shape alone.
/// </summary>
internal static unsafe class Elementwise
{
    /// <summary>Elements a worker takes at a time; below it nothing is handed over.</summary>
    private const int Grain = 32768;

    /// <summary>Runs the function; inputs have the element type <paramref name="dtype"/> (the first may be a mask) and broadcast to the target.</summary>
    public static void Run<TFn>(TFn fn, DType dtype, Tensor target, Tensor a, Tensor? b = null, Tensor? c = null, Tensor? d = null) where TFn : unmanaged, ILaneFunction
    {
        if (target.Count == 0) return;
        var strides = Strides.Of(target.Shape, target, a, b, c, d);
        switch (dtype)
        {
            case DType.Float32: Widest<TFn, float>(fn, strides, target, a, b, c, d); return;
            case DType.Float64: Widest<TFn, double>(fn, strides, target, a, b, c, d); return;
            case DType.Float16: WidestNarrow<TFn, Half>(fn, strides, target, a, b, c, d); return;
            case DType.BFloat16: WidestNarrow<TFn, BFloat16>(fn, strides, target, a, b, c, d); return;
        }
        if (TFn.ForIntegers)
        {
            switch (dtype)
            {
                case DType.Int64: Widest<TFn, long>(fn, strides, target, a, b, c, d); return;
                case DType.Int32: Widest<TFn, int>(fn, strides, target, a, b, c, d); return;
                case DType.Int16: Widest<TFn, short>(fn, strides, target, a, b, c, d); return;
                case DType.Int8: Widest<TFn, sbyte>(fn, strides, target, a, b, c, d); return;
                case DType.UInt8 or DType.Bool: Widest<TFn, byte>(fn, strides, target, a, b, c, d); return;
            }
        }
        throw new DTypeException($"This operation needs floating-point numbers; the elements are {dtype}.");
    }

    private static void Widest<TFn, T>(TFn fn, Strides strides, Tensor target, Tensor a, Tensor? b, Tensor? c, Tensor? d)
        where TFn : unmanaged, ILaneFunction where T : unmanaged, INumber<T>
    {
        if (Vector512.IsHardwareAccelerated) Pinned.Run(new Kernel<TFn, T, Simd512<T>>(fn, strides), target, a, b, c, d);
        else if (Vector256.IsHardwareAccelerated) Pinned.Run(new Kernel<TFn, T, Simd256<T>>(fn, strides), target, a, b, c, d);
        else if (Vector128.IsHardwareAccelerated) Pinned.Run(new Kernel<TFn, T, Simd128<T>>(fn, strides), target, a, b, c, d);
        else Pinned.Run(new Kernel<TFn, T, Number<T>>(fn, strides), target, a, b, c, d);
    }

    private static void WidestNarrow<TFn, T>(TFn fn, Strides strides, Tensor target, Tensor a, Tensor? b, Tensor? c, Tensor? d)
        where TFn : unmanaged, ILaneFunction where T : unmanaged
    {
        if (Vector512.IsHardwareAccelerated) Pinned.Run(new Kernel<TFn, T, Widened<T, Simd512<float>>>(fn, strides), target, a, b, c, d);
        else if (Vector256.IsHardwareAccelerated) Pinned.Run(new Kernel<TFn, T, Widened<T, Simd256<float>>>(fn, strides), target, a, b, c, d);
        else Pinned.Run(new Kernel<TFn, T, Widened<T, Number<float>>>(fn, strides), target, a, b, c, d);
    }

    private readonly struct Kernel<TFn, T, V>(TFn fn, Strides strides) : IKernel
        where TFn : unmanaged, ILaneFunction where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(Pointers p)
        {
            // Pieces of one size, so that the last is no remainder for which a thread waits.
            int pieces = (strides.Count + Grain - 1) / Grain, size = (strides.Count / Math.Max(1, pieces) + 64) & ~63;
            // What is changed in place is in the cache already.
            bool past = !TFn.GivesMask && p.A != p.B && ((nint)p.A & 63) == 0 && PastCaches.Pays((long)strides.Count * sizeof(T));
            var job = new Job<TFn, T, V>(fn, strides, p, size, past);
            if (pieces <= 1) job.Range(0, strides.Count);
            else Workers.Run(ref job, (strides.Count + size - 1) / size);
        }
    }

    private struct Job<TFn, T, V>(TFn fn, Strides strides, Pointers p, int size, bool past) : IJob
        where TFn : unmanaged, ILaneFunction where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        private readonly TFn fn = fn;
        private readonly Pointers p = p;
        private Strides strides = strides;

        public void Run(int index)
        {
            int from = index * size;
            Range(from, Math.Min(size, strides.Count - from));
        }

        public void Range(int from, int count)
        {
            if (strides.Rank == 1 && HasUnitSteps())
            {
                // Pieces begin at whole cache lines, which rows and blocks do not.
                Row(count, p.A + (nint)from * TargetSize, At(p.B, 1, from, MaskSize), At(p.C, 2, from, sizeof(T)), At(p.D, 3, from, sizeof(T)), At(p.E, 4, from, sizeof(T)), past);
                if (past) PastCaches.Finish();
            }
            else if (strides.InnerLength >= 32 && HasUnitSteps() && strides.InnerStep(0) == 1)
            {
                Rows(from, count);
            }
            else
            {
                Blocks(from, count);
            }
        }

        private static int TargetSize => TFn.GivesMask ? 1 : sizeof(T);

        private static int MaskSize => TFn.TakesMask ? 1 : sizeof(T);

        private readonly byte* At(byte* first, int operand, nint element, int size) => first is null ? null : first + element * strides.InnerStep(operand) * size;

        private readonly bool HasUnitSteps()
        {
            for (int k = 0; k < strides.Operands; k++)
            {
                if (strides.InnerStep(k) is not (0 or 1)) return false;
            }
            return strides.InnerStep(0) == 1;
        }

        /// <summary>Runs of the innermost dimension, where every operand moves by one or stands still.</summary>
        private void Rows(int from, int count)
        {
            int* at = stackalloc int[Shape.MaxRank];
            nint* places = stackalloc nint[Strides.MaxOperands];
            for (int k = 0; k < strides.Operands; k++) places[k] = strides.Locate(k, from, at);
            while (count > 0)
            {
                int run = Math.Min(strides.InnerLength - at[strides.Rank - 1], count);
                Row(run, p.A + places[0] * TargetSize, At(p.B, places[1] * MaskSize), At(p.C, places[2] * sizeof(T)), At(p.D, places[3] * sizeof(T)), At(p.E, places[4] * sizeof(T)));
                count -= run;
                strides.Advance(places, at, run);
            }
        }

        private static byte* At(byte* first, nint offset) => first is null ? null : first + offset;

        /// <summary>Anything else: operands that do not run along are gathered block by block.</summary>
        private void Blocks(int from, int count)
        {
            T* buffers = stackalloc T[Strides.Block * Strides.MaxOperands];
            bool direct = strides.IsFlat(0);
            while (count > 0)
            {
                int run = Math.Min(Strides.Block, count);
                byte* y = direct ? p.A + (nint)from * TargetSize : (byte*)buffers;
                byte* a = Block(p.B, 1, from, run, buffers + Strides.Block, MaskSize, out int da);
                byte* b = Block(p.C, 2, from, run, buffers + 2 * Strides.Block, sizeof(T), out int db);
                byte* c = Block(p.D, 3, from, run, buffers + 3 * Strides.Block, sizeof(T), out int dc);
                byte* d = Block(p.E, 4, from, run, buffers + 4 * Strides.Block, sizeof(T), out int dd);
                Lanes(run, y, a, da, (T*)b, db, (T*)c, dc, (T*)d, dd);
                if (!direct && TFn.GivesMask) strides.Scatter(0, p.A, from, run, y);
                else if (!direct) strides.Scatter(0, (T*)p.A, from, run, (T*)y);
                from += run;
                count -= run;
            }
        }

        private byte* Block(byte* first, int operand, int from, int count, T* buffer, int size, out int step)
        {
            step = 1;
            if (first is null) return null;
            if (strides.IsFlat(operand))
            {
                step = strides.InnerStep(operand);
                return first + (nint)from * step * size;
            }
            if (size == 1) strides.Gather(operand, first, from, count, (byte*)buffer);
            else strides.Gather(operand, (T*)first, from, count, buffer);
            return (byte*)buffer;
        }

        private void Row(int count, byte* y, byte* a, byte* b, byte* c, byte* d, bool past = false) =>
            Lanes(count, y, a, strides.InnerStep(1), (T*)b, strides.InnerStep(2), (T*)c, strides.InnerStep(3), (T*)d, TFn.Inputs > 3 ? strides.InnerStep(4) : 0, past);

        /// <summary>A run in which every operand moves by one or stands still. An operand with step 0 is spread over a lane once, and its pointer stands still.</summary>
        private readonly void Lanes(int count, byte* y, byte* a, nint da, T* b, nint db, T* c, nint dc, T* d, nint dd, bool past = false)
        {
            int whole = count - count % V.Count, rest = count - whole;
            if (!TFn.TakesMask && da + (TFn.Inputs > 1 ? db : 1) + (TFn.Inputs > 2 ? dc : 1) + (TFn.Inputs > 3 ? dd : 1) == 4)
            {
                if (past) AlongPast(whole, y, (T*)a, b, c, d);
                else Along(whole, y, (T*)a, b, c, d);
                if (rest > 0) Tail(rest, y + (nint)whole * TargetSize, a + (nint)whole * sizeof(T), da, b + whole, db, c + whole, dc, d + whole, dd);
                return;
            }
            T* spread = stackalloc T[5 * 64];
            if (TFn.Inputs > 0 && da == 0 && !TFn.TakesMask) a = (byte*)Spread((T*)a, spread);
            if (TFn.Inputs > 1 && db == 0) b = Spread(b, spread + 64);
            if (TFn.Inputs > 2 && dc == 0) c = Spread(c, spread + 128);
            if (TFn.Inputs > 3 && dd == 0) d = Spread(d, spread + 192);
            Stepping(whole, y, a, da, b, db, c, dc, d, dd, spread + 256);
            if (rest > 0) Tail(rest, y + (nint)whole * TargetSize, a + whole * da * MaskSize, da, b + whole * db, db, c + whole * dc, dc, d + whole * dd, dd);
        }

        // The loops stand alone, with no more variables than they need: together with what surrounds them, the compiler kept pointers in
        // memory, and each round waited for the last one's to be written.

        /// <summary>All operands run along: one index serves them all.</summary>
        [MethodImpl(Compile.Alone)]
        private readonly void Along(int count, byte* y, T* a, T* b, T* c, T* d)
        {
            for (nint i = 0; i < count; i += V.Count)
            {
                V result = fn.Apply(
                    TFn.Inputs > 0 ? V.Load(a + i) : default,
                    TFn.Inputs > 1 ? V.Load(b + i) : default,
                    TFn.Inputs > 2 ? V.Load(c + i) : default,
                    TFn.Inputs > 3 ? V.Load(d + i) : default);
                if (TFn.GivesMask) StoreMask(V.Bits(result), y + i, V.Count);
                else V.Store(result, (T*)y + i);
            }
        }

        /// <summary>The same past the caches; the target begins at a whole cache line.</summary>
        [MethodImpl(Compile.Alone)]
        private readonly void AlongPast(int count, byte* y, T* a, T* b, T* c, T* d)
        {
            for (nint i = 0; i < count; i += V.Count)
            {
                V.StorePast(
                    fn.Apply(
                        TFn.Inputs > 0 ? V.Load(a + i) : default,
                        TFn.Inputs > 1 ? V.Load(b + i) : default,
                        TFn.Inputs > 2 ? V.Load(c + i) : default,
                        TFn.Inputs > 3 ? V.Load(d + i) : default),
                    (T*)y + i);
            }
        }

        /// <summary>Some operands run along, others stand still.</summary>
        [MethodImpl(Compile.Alone)]
        private readonly void Stepping(int count, byte* y, byte* a, nint da, T* b, nint db, T* c, nint dc, T* d, nint dd, T* mask)
        {
            int width = V.Count;
            nint sa = da * width * MaskSize, sb = db * width, sc = dc * width, sd = dd * width;
            for (; count > 0; count -= width)
            {
                V first = TFn.Inputs == 0 ? default : TFn.TakesMask ? Mask(a, da, width, mask) : V.Load((T*)a);
                V result = fn.Apply(first, TFn.Inputs > 1 ? V.Load(b) : default, TFn.Inputs > 2 ? V.Load(c) : default, TFn.Inputs > 3 ? V.Load(d) : default);
                if (TFn.GivesMask) StoreMask(V.Bits(result), y, width);
                else V.Store(result, (T*)y);
                y += width * TargetSize;
                if (TFn.Inputs > 0) a += sa;
                if (TFn.Inputs > 1) b += sb;
                if (TFn.Inputs > 2) c += sc;
                if (TFn.Inputs > 3) d += sd;
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private readonly void Tail(int count, byte* y, byte* a, nint da, T* b, nint db, T* c, nint dc, T* d, nint dd)
        {
            T* mask = stackalloc T[64];
            V first = TFn.Inputs == 0 ? default : TFn.TakesMask ? Mask(a, da, count, mask) : Padded((T*)a, da, count);
            V result = fn.Apply(first, TFn.Inputs > 1 ? Padded(b, db, count) : default, TFn.Inputs > 2 ? Padded(c, dc, count) : default, TFn.Inputs > 3 ? Padded(d, dd, count) : default);
            if (TFn.GivesMask)
            {
                StoreMask(V.Bits(result), y, count);
                return;
            }
            RowEnds.Store(result, (T*)y, count);
        }

        private static V Padded(T* source, nint step, int count) => step == 0 ? V.Load(source) : RowEnds.Load(source, count, V.Const(0));

        private static T* Spread(T* source, T* buffer)
        {
            V.Store(V.Broadcast(*source), buffer);
            return buffer;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Mask(byte* source, nint step, int count, T* buffer)
        {
            if (count < V.Count) V.Store(V.Const(0), buffer);
            for (int i = 0; i < count; i++) buffer[i] = Element<T>.From(source[i * step] != 0 ? 1 : 0);
            return V.Load(buffer) > V.Const(0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void StoreMask(ulong bits, byte* y, int count)
        {
            for (; Bmi2.X64.IsSupported && count >= 8; count -= 8, bits >>= 8, y += 8) *(ulong*)y = Bmi2.X64.ParallelBitDeposit(bits, 0x0101010101010101);
            for (int i = 0; i < count; i++) y[i] = (byte)((bits >> i) & 1);
        }
    }
}
