namespace DeepNotes.Backends.Cpu;

/// <summary>
/// How the elements of up to five operands correspond: lengths and strides with neighbouring dimensions joined where all
/// operands allow it. Operand 0 is the target.
/// </summary>
internal unsafe struct Strides
{
    public const int MaxOperands = 5;

    /// <summary>Elements handled at a time where an operand has to be gathered.</summary>
    public const int Block = 256;

    public int Operands, Rank, Count;
    public fixed int Lengths[Shape.MaxRank];
    private fixed int steps[MaxOperands * Shape.MaxRank];

    /// <summary>Joins the operands; each broadcasts to the shape.</summary>
    public static Strides Of(Shape shape, Tensor target, Tensor? a, Tensor? b, Tensor? c, Tensor? d)
    {
        var result = new Strides { Count = shape.ElementCount };
        if (IsFlat(target, shape) && IsFlat(a, shape) && IsFlat(b, shape) && IsFlat(c, shape) && IsFlat(d, shape))
        {
            result.Rank = 1;
            result.Lengths[0] = result.Count;
            result.AddFlat(target);
            result.AddFlat(a);
            result.AddFlat(b);
            result.AddFlat(c);
            result.AddFlat(d);
            return result;
        }
        result.Rank = Math.Max(shape.Rank, 1);
        if (shape.Rank == 0) result.Lengths[0] = 1;
        for (int i = 0; i < shape.Rank; i++) result.Lengths[i] = shape[i];
        result.Add(target, shape);
        result.Add(a, shape);
        result.Add(b, shape);
        result.Add(c, shape);
        result.Add(d, shape);
        result.Join();
        return result;
    }

    public readonly int Step(int operand, int dimension) => steps[operand * Shape.MaxRank + dimension];

    public readonly int InnerStep(int operand) => Step(operand, Rank - 1);

    public readonly int InnerLength => Lengths[Rank - 1];

    /// <summary>True if the operand's elements stand in the order of the target's, or are all the same one.</summary>
    public readonly bool IsFlat(int operand)
    {
        if (Rank == 1) return Step(operand, 0) is 0 or 1;
        if (Step(operand, Rank - 1) is not (0 or 1)) return false;
        int expected = Step(operand, Rank - 1);
        for (int i = Rank - 2; i >= 0; i--)
        {
            expected *= Lengths[i + 1];
            if (Step(operand, i) != expected) return false;
        }
        return true;
    }

    /// <summary>The first element of an operand at a flat position, and the coordinates of it.</summary>
    public readonly nint Locate(int operand, int position, int* coordinates)
    {
        nint offset = 0;
        for (int i = Rank - 1; i >= 0; i--)
        {
            int at = position % Lengths[i];
            position /= Lengths[i];
            coordinates[i] = at;
            offset += (nint)at * Step(operand, i);
        }
        return offset;
    }

    /// <summary>Moves every operand's place, and the coordinates, on by a run that does not leave the innermost dimension.</summary>
    public readonly void Advance(nint* places, int* coordinates, int run)
    {
        int inner = Rank - 1;
        for (int k = 0; k < Operands; k++) places[k] += (nint)run * Step(k, inner);
        coordinates[inner] += run;
        for (int i = inner; i > 0 && coordinates[i] == Lengths[i]; i--)
        {
            for (int k = 0; k < Operands; k++) places[k] += Step(k, i - 1) - (nint)Lengths[i] * Step(k, i);
            coordinates[i] = 0;
            coordinates[i - 1]++;
        }
    }

    /// <summary>Copies elements from a flat position on into a buffer.</summary>
    public readonly void Gather<T>(int operand, T* source, int position, int count, T* buffer) where T : unmanaged =>
        Move(operand, source, position, count, buffer, gather: true);

    /// <summary>Copies elements from a buffer to a flat position on.</summary>
    public readonly void Scatter<T>(int operand, T* target, int position, int count, T* buffer) where T : unmanaged =>
        Move(operand, target, position, count, buffer, gather: false);

    private readonly void Move<T>(int operand, T* memory, int position, int count, T* buffer, bool gather) where T : unmanaged
    {
        int* at = stackalloc int[Shape.MaxRank];
        nint offset = Locate(operand, position, at);
        int inner = Rank - 1;
        nint step = Step(operand, inner);
        while (count > 0)
        {
            int run = Math.Min(Lengths[inner] - at[inner], count);
            T* p = memory + offset;
            if (gather) for (int i = 0; i < run; i++) buffer[i] = p[i * step];
            else for (int i = 0; i < run; i++) p[i * step] = buffer[i];
            buffer += run;
            count -= run;
            offset += run * step;
            at[inner] += run;
            for (int i = inner; i > 0 && at[i] == Lengths[i]; i--)
            {
                offset += Step(operand, i - 1) - (nint)Lengths[i] * Step(operand, i);
                at[i] = 0;
                at[i - 1]++;
            }
        }
    }

    private static bool IsFlat(Tensor? t, Shape shape) => t is null || (t.IsContiguous && (t.Shape == shape || t.Count == 1));

    private void AddFlat(Tensor? t)
    {
        if (t is null) return;
        steps[Operands++ * Shape.MaxRank] = t.Count == 1 && Count != 1 ? 0 : 1;
    }

    private void Add(Tensor? t, Shape shape)
    {
        if (t is null) return;
        var own = t.Strides;
        for (int i = 1; i <= t.Rank; i++)
        {
            if (t.Shape[^i] != 1) steps[Operands * Shape.MaxRank + shape.Rank - i] = own[^i];
        }
        Operands++;
    }

    private void Join()
    {
        int kept = 0;
        for (int i = 0; i < Rank; i++)
        {
            if (Lengths[i] == 1) continue;
            if (kept > 0 && CanJoin(kept - 1, i))
            {
                Lengths[kept - 1] *= Lengths[i];
                for (int k = 0; k < Operands; k++) steps[k * Shape.MaxRank + kept - 1] = steps[k * Shape.MaxRank + i];
                continue;
            }
            Lengths[kept] = Lengths[i];
            for (int k = 0; k < Operands; k++) steps[k * Shape.MaxRank + kept] = steps[k * Shape.MaxRank + i];
            kept++;
        }
        if (kept == 0)
        {
            kept = 1;
            Lengths[0] = Count;
            for (int k = 0; k < Operands; k++) steps[k * Shape.MaxRank] = 1;
        }
        Rank = kept;
    }

    private readonly bool CanJoin(int outer, int inner)
    {
        for (int k = 0; k < Operands; k++)
        {
            if (Step(k, outer) != (long)Step(k, inner) * Lengths[inner]) return false;
        }
        return true;
    }
}
