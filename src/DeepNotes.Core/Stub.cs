namespace DeepNotes;
/// <summary>stub</summary>
public partial class Tensor {}
