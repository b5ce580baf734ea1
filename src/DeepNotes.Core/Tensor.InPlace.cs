using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Overwrites the elements with those of another tensor, which broadcasts and is converted. Matches torch.Tensor.copy_.</summary>
    /// <param name="source">What is copied.</param>
    /// <exception cref="ShapeException">The source does not broadcast to this shape.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void CopyFrom(Tensor source)
    {
        BeforeWrite(nameof(CopyFrom));
        source = MustFit(source, nameof(CopyFrom));
        if (ReferenceEquals(source.Storage, Storage)) source = source.Detach().Backend.Contiguous(source);
        (source.Device.IsCpu ? Backend : source.Backend).Copy(source, this);
    }

    /// <summary>Overwrites every element with one number. Matches torch.Tensor.fill_.</summary>
    /// <param name="value">The number.</param>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void FillInPlace(double value)
    {
        BeforeWrite(nameof(FillInPlace));
        Backend.Fill(this, value);
    }

    /// <summary>Adds another tensor, which broadcasts, to the elements. Matches torch.Tensor.add_.</summary>
    /// <param name="other">What is added.</param>
    /// <exception cref="ShapeException">It does not broadcast to this shape.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void AddInPlace(Tensor other)
    {
        if (DType == DType.Bool) ZipInPlace(default(Maximum), other, nameof(AddInPlace));
        else ZipInPlace(default(Add), other, nameof(AddInPlace));
    }

    /// <summary>Subtracts another tensor, which broadcasts, from the elements. Matches torch.Tensor.sub_.</summary>
    /// <inheritdoc cref="AddInPlace(Tensor)"/>
    public void SubtractInPlace(Tensor other)
    {
        if (DType == DType.Bool) throw NoTruth(nameof(SubtractInPlace));
        ZipInPlace(default(Subtract), other, nameof(SubtractInPlace));
    }

    /// <summary>Multiplies the elements by another tensor, which broadcasts. Matches torch.Tensor.mul_.</summary>
    /// <inheritdoc cref="AddInPlace(Tensor)"/>
    public void MultiplyInPlace(Tensor other) => ZipInPlace(default(Multiply), other, nameof(MultiplyInPlace));

    /// <summary>Divides the elements by another tensor, which broadcasts. Matches torch.Tensor.div_.</summary>
    /// <exception cref="DTypeException">The elements are integers, which cannot hold a quotient.</exception>
    /// <inheritdoc cref="AddInPlace(Tensor)"/>
    public void DivideInPlace(Tensor other)
    {
        if (!DType.IsFloatingPoint()) throw new DTypeException($"DivideInPlace: a {DType} tensor cannot hold a quotient; convert it with To(DType.Float32).");
        ZipInPlace(default(Divide), other, nameof(DivideInPlace));
    }

    /// <summary>Overwrites every element with a formula of it: <c>x.MapInPlace(new Relu())</c>. Matches PyTorch's functions with a trailing underscore.</summary>
    /// <typeparam name="TOp">The formula.</typeparam>
    /// <param name="op">Its attributes.</param>
    /// <exception cref="DTypeException">The formula is not for integers, and the elements are.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void MapInPlace<TOp>(TOp op) where TOp : unmanaged, IUnaryOp
    {
        if (!DType.IsFloatingPoint() && op is not IIntegerFormula) throw new DTypeException($"MapInPlace: this formula gives fractions, which a {DType} tensor cannot hold; convert it with To(DType.Float32).");
        BeforeWrite(nameof(MapInPlace));
        Backend.Copy(Backend.Map(op, this), this);
    }

    /// <summary>Overwrites the elements with one number wherever a mask holds; the mask broadcasts. Matches torch.Tensor.masked_fill_.</summary>
    /// <param name="mask">Bool.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="DTypeException">The mask is not Bool.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void MaskedFillInPlace(Tensor mask, double value)
    {
        Tensor filled;
        using (DeepNotes.Grad.Off()) filled = Detach().MaskedFill(mask, value);
        CopyFrom(filled);
    }

    private void ZipInPlace<TOp>(TOp op, Tensor other, string name) where TOp : unmanaged, IBinaryOp
    {
        BeforeWrite(name);
        other = MustFit(other, name);
        if (ReferenceEquals(other.Storage, Storage) && !(other.Offset == Offset && other.Strides.AsSpan().SequenceEqual(Strides))) other = other.Backend.Contiguous(other);
        Backend.ZipInto(op, this, other.DType == DType ? other : other.To(DType));
    }

    private Tensor MustFit(Tensor other, string name)
    {
        if (other.Shape != Shape && Shape.Broadcast(Shape, other.Shape, name) != Shape)
            throw new ShapeException($"{name}: {other.Shape} does not broadcast to {Shape}, whose shape an in-place operation cannot change.");
        if (name != nameof(CopyFrom) && DTypes.Promote(this, other).Category() > DType.Category())
            throw new DTypeException($"{name}: a {DType} tensor cannot hold a {other.DType} result.");
        if (other.RequiresGrad) other = other.Detach();
        return other.IsWeakScalar && !ReferenceEquals(other.Device, Device) ? other.To(Device) : other;
    }
}
