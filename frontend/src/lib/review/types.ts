import type { Schemas } from '$lib/api/types';

export type Review = Schemas['ReviewOut'];
export type ReviewMode = NonNullable<Schemas['ReviewConfig']['mode']>;
export type Page = Schemas['PageOut'];
export type Pages = Schemas['PagesOut'];
export type PageAnswer = Schemas['PageAnswer'];
export type Confirmed = Schemas['ConfirmedPage'];
export type Undone = Schemas['UndonePage'];
export type MyPage = Schemas['MyPage'];
