/** Whether the person points with a finger: a field that takes the focus would bring up a keyboard over the image. */
export const touches = (): boolean => matchMedia('(pointer: coarse)').matches;
