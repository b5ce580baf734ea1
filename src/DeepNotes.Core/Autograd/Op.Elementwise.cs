using DeepNotes.Autograd;
using DeepNotes.Ops;

namespace DeepNotes;

public static partial class Op
{
    /// <summary>Applies a formula to two tensors that broadcast against each other, in their common type.</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="op">Its attributes.</param>
    /// <param name="a">The left input.</param>
    /// <param name="b">The right input.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Tensor Zip<TOp>(TOp op, Tensor a, Tensor b) where TOp : unmanaged, IBinaryOp
    {
        (a, b) = Align(a, b, op is IIntegerFormula);
        return Apply(new Zip<TOp>(op), a, b);
    }

    /// <summary>Tests two tensors that broadcast against each other; the result is Bool.</summary>
    /// <typeparam name="TOp">The test.</typeparam>
    /// <param name="op">Its attributes.</param>
    /// <param name="a">The left input.</param>
    /// <param name="b">The right input.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    public static Tensor Compare<TOp>(TOp op, Tensor a, Tensor b) where TOp : unmanaged, ICompareOp
    {
        (a, b) = Align(a, b, integers: true);
        return a.Backend.Compare(op, a, b, Shape.Broadcast(a.Shape, b.Shape, OpName.Of(op)));
    }

    /// <summary>Runs one step of an optimizer in place: one pass over the parameter, its gradient and its states. Nothing is recorded.</summary>
    /// <typeparam name="TOp">The optimizer's formula.</typeparam>
    /// <param name="op">Its hyper-parameters.</param>
    /// <param name="parameter">What is updated; contiguous, Float32 or Float64.</param>
    /// <param name="gradient">Its gradient, of the same shape and type.</param>
    /// <param name="state0">The first state, if the formula has one, of the same shape and type.</param>
    /// <param name="state1">The second.</param>
    /// <param name="state2">The third.</param>
    /// <exception cref="ShapeException">A shape differs from the parameter's.</exception>
    /// <exception cref="DTypeException">A type differs from the parameter's, or it is not floating point.</exception>
    public static void Update<TOp>(TOp op, Tensor parameter, Tensor gradient, Tensor? state0 = null, Tensor? state1 = null, Tensor? state2 = null)
        where TOp : unmanaged, IUpdateOp
    {
        string name = OpName.Of(op);
        if (!parameter.DType.IsFloatingPoint()) throw new DTypeException($"{name}: a parameter is floating point; this one is {parameter.DType}.");
        if (!parameter.IsContiguous) throw new ShapeException($"{name}: a parameter has to be contiguous; this one is a view with strides [{string.Join(", ", parameter.Strides)}].");
        if (parameter.Count == 0) return;
        gradient = gradient.Contiguous();
        ReadOnlySpan<Tensor?> states = [gradient, state0, state1, state2];
        for (int i = 0; i < states.Length; i++)
        {
            string role = i == 0 ? "the gradient" : $"state {i - 1}";
            if (states[i] is not { } t)
            {
                if (i <= op.States) throw new ArgumentException($"{name}: {role} is missing.");
                continue;
            }
            if (t.Shape != parameter.Shape) throw new ShapeException($"{name}: {role} has the shape {t.Shape}, the parameter {parameter.Shape}.");
            if (t.DType != parameter.DType) throw new DTypeException($"{name}: {role} is {t.DType}, the parameter {parameter.DType}.");
            if (!ReferenceEquals(t.Device, parameter.Device)) throw new DeviceException($"{name}: {role} is on {t.Device}, the parameter on {parameter.Device}.");
            if (!t.IsContiguous) throw new ShapeException($"{name}: {role} has to be contiguous.");
            if (i > 0) t.Storage.Version++;
        }
        if (parameter.Storage.IsConstant) throw new InvalidOperationException($"{name}: the parameter {parameter.Shape} belongs to a snapshot, whose numbers stay as they are.");
        parameter.Storage.Version++;
        if (parameter.DType.IsNarrow())
        {
            UpdateWide(op, parameter, gradient, state0, state1, state2);
            return;
        }
        parameter.Backend.Update(op, parameter, gradient, state0, state1, state2);
    }

    /// <summary>A step on 16-bit numbers: in Float32, rounded once.</summary>
    private static void UpdateWide<TOp>(TOp op, Tensor parameter, Tensor gradient, params ReadOnlySpan<Tensor?> states) where TOp : unmanaged, IUpdateOp
    {
        using var off = Grad.Off();
        var wide = parameter.Detach().To(DType.Float32);
        var wideStates = new Tensor?[3];
        for (int i = 0; i < 3; i++) wideStates[i] = states[i]?.To(DType.Float32);
        wide.Backend.Update(op, wide, gradient.To(DType.Float32), wideStates[0], wideStates[1], wideStates[2]);
        parameter.Backend.Copy(wide, parameter);
        for (int i = 0; i < 3; i++) if (states[i] is { } state) state.Backend.Copy(wideStates[i]!, state);
    }

    /// <summary>Both tensors in their common type and on one device; a formula that is not for integers takes them as Float32.</summary>
    internal static (Tensor A, Tensor B) Align(Tensor a, Tensor b, bool integers)
    {
        var type = DTypes.Promote(a, b);
        if (!integers && !type.IsFloatingPoint()) type = DType.Float32;
        // A converted C# number is an ordinary tensor: what it was decides whether it may follow the other one's device.
        bool isWeakA = a.IsWeakScalar, isWeakB = b.IsWeakScalar;
        if (a.DType != type) a = a.To(type);
        if (b.DType != type) b = b.To(type);
        if (!ReferenceEquals(a.Device, b.Device))
        {
            if (isWeakA) a = a.To(b.Device);
            else if (isWeakB) b = b.To(a.Device);
        }
        return (a, b);
    }
}

public partial class Tensor
{
    /// <summary>Applies an elementwise formula; integers become Float32 where it is not for them.</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="op">Its attributes.</param>
    public Tensor Map<TOp>(TOp op) where TOp : unmanaged, IUnaryOp
    {
        var x = DType.IsFloatingPoint() || op is IIntegerFormula ? this : To(DType.Float32);
        return Op.Apply(new Map<TOp>(op), x);
    }
}
